namespace FederatedIdentity.Providers.Options;

/// <summary>What SAML assertions are measured against beyond their provider's metadata.</summary>
public sealed class SamlOptions
{
    /// <summary>Further audiences that an assertion may be for, beside AWS's own.</summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>Further recipients that an assertion may be sent to, beside AWS's own sign-in endpoints.</summary>
    public IList<string> Recipients { get; } = [];

    internal IEnumerable<string> Faults() => Recipients
        .SelectMany(recipient => ProvidersOptionsValidator.FaultsOfUrl("Saml:Recipients", recipient));
}

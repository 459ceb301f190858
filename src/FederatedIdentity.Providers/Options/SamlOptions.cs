namespace FederatedIdentity.Providers.Options;

/// <summary>What SAML assertions are measured against beyond their provider's metadata.</summary>
public sealed class SamlOptions
{
    /// <summary>Further audiences that an assertion may be for, beside AWS's own.</summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>Further recipients that an assertion may be sent to, beside AWS's own sign-in endpoints.</summary>
    public IList<string> Recipients { get; } = [];

    /// <summary>Whether RSA signatures over SHA-1, and SHA-1 digests, count; for providers that know no better.</summary>
    public bool AllowSha1 { get; set; }

    /// <summary>
    /// The attribute that names the user of an assertion whose NameID is transient. Without it such assertions are refused, because
    /// they would make a new identity at every login.
    /// </summary>
    public string? TransientSubjectAttribute { get; set; }

    internal IEnumerable<string> Faults() => Recipients
        .SelectMany(recipient => ProvidersOptionsValidator.FaultsOfUrl("Saml:Recipients", recipient));
}

namespace FederatedIdentity.Providers.Options;

/// <summary>Where Apple is asked for its keys.</summary>
public sealed class AppleOptions
{
    public string Discovery { get; set; } = "https://appleid.apple.com/.well-known/openid-configuration";

    internal IEnumerable<string> Faults() => ProvidersOptionsValidator.FaultsOfUrl("Apple:Discovery", Discovery);
}

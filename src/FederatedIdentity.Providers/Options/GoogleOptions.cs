namespace FederatedIdentity.Providers.Options;

/// <summary>Where Google is asked for its keys.</summary>
public sealed class GoogleOptions
{
    public string Discovery { get; set; } = "https://accounts.google.com/.well-known/openid-configuration";

    internal IEnumerable<string> Faults() => ProvidersOptionsValidator.FaultsOfUrl("Google:Discovery", Discovery);
}

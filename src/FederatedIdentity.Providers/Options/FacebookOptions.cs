namespace FederatedIdentity.Providers.Options;

/// <summary>How Facebook is asked about access tokens.</summary>
public sealed class FacebookOptions
{
    public string Endpoint { get; set; } = "https://graph.facebook.com";

    internal IEnumerable<string> Faults() => ProvidersOptionsValidator.FaultsOfUrl("Facebook:Endpoint", Endpoint);
}

namespace FederatedIdentity.Providers.Options;

/// <summary>How Login with Amazon is asked about access tokens.</summary>
public sealed class AmazonOptions
{
    public string Endpoint { get; set; } = "https://api.amazon.com";

    internal IEnumerable<string> Faults() => ProvidersOptionsValidator.FaultsOfUrl("Amazon:Endpoint", Endpoint);
}

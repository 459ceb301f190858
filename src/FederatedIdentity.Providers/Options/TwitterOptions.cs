namespace FederatedIdentity.Providers.Options;

/// <summary>How a provider that speaks Twitter's OAuth 1.0a is asked who a token belongs to.</summary>
public sealed class TwitterOptions
{
    /// <summary>Null: nobody is asked, and nobody gets in.</summary>
    public string? Endpoint { get; set; }

    internal IEnumerable<string> Faults(string provider) =>
        Endpoint is null ? [] : ProvidersOptionsValidator.FaultsOfUrl($"{provider}:Endpoint", Endpoint);
}

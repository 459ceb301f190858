namespace FederatedIdentity.Providers.Options;

/// <summary>How Login with Amazon is asked about access tokens.</summary>
public sealed class AmazonOptions
{
    public string Endpoint { get; set; } = "https://api.amazon.com";

    /// <summary>How an access token begins; others are refused without a call. Empty: any beginning but a refresh token's.</summary>
    public string TokenPrefix { get; set; } = "Atza|";

    /// <summary>Whether the user's profile has to name the same user as the token does, which needs a profile scope.</summary>
    public bool Profile { get; set; } = true;

    internal IEnumerable<string> Faults() => ProvidersOptionsValidator.FaultsOfUrl("Amazon:Endpoint", Endpoint);
}

namespace FederatedIdentity.Providers.Options;

/// <summary>Where Cognito user pools are asked for their keys and users.</summary>
public sealed class UserPoolsOptions
{
    /// <summary>The issuer's address; <c>{region}</c> and <c>{userPoolId}</c> stand for the pool's.</summary>
    public string Endpoint { get; set; } = "https://cognito-idp.{region}.amazonaws.com/{userPoolId}";

    internal IEnumerable<string> Faults() => ProvidersOptionsValidator.FaultsOfUrl(
        "UserPools:Endpoint",
        Endpoint.Replace("{region}", "r", StringComparison.Ordinal).Replace("{userPoolId}", "p", StringComparison.Ordinal));
}

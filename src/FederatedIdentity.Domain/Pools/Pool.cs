namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// An immutable snapshot of what logging in to a pool needs to know. <paramref name="OpenIdConnectProviders"/> holds only the
/// providers that the pool names and the account really has; a named provider without a registration vouches for nobody.
/// </summary>
public sealed record Pool(
    PoolId Id,
    string AccountId,
    bool AllowUnauthenticatedIdentities,
    bool? AllowClassicFlow,
    string? DeveloperProviderName,
    IReadOnlyDictionary<string, string> SupportedLoginProviders,
    IReadOnlyList<CognitoIdentityProvider> CognitoIdentityProviders,
    IReadOnlyList<OpenIdConnectProvider> OpenIdConnectProviders,
    IReadOnlyList<string> OpenIdConnectProviderArns,
    IReadOnlyList<string> SamlProviderArns)
{
    /// <summary>Whether any login provider at all is configured, the developer's own included.</summary>
    public bool HasIdentityProviders =>
        DeveloperProviderName is not null || SupportedLoginProviders.Count > 0 || CognitoIdentityProviders.Count > 0
        || OpenIdConnectProviderArns.Count > 0 || SamlProviderArns.Count > 0;
}

/// <summary>A Cognito user pool's app client whose ID tokens a pool accepts.</summary>
public sealed record CognitoIdentityProvider(string ProviderName, string ClientId, bool ServerSideTokenCheck);

/// <summary>
/// An IAM OIDC provider. <paramref name="Url"/> is the issuer exactly as its tokens name it in <c>iss</c>;
/// <paramref name="ClientIds"/> are the audiences it may vouch for.
/// </summary>
public sealed record OpenIdConnectProvider(string Arn, string Url, IReadOnlyList<string> ClientIds)
{
    /// <summary>The provider's key in a Logins map: the URL without its scheme, as in the ARN.</summary>
    public string LoginKey => KeyOf(Url);

    public static string KeyOf(string url) => url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
}

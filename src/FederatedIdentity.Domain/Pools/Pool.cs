using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// An immutable snapshot of what logging in to a pool needs to know. <paramref name="OpenIdConnectProviders"/> and
/// <see cref="SamlProviders"/> hold only the providers that the pool names and the account really has; a named provider without a
/// registration vouches for nobody.
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
    private static readonly Dictionary<string, string> NoTags = [];

    public IReadOnlyList<SamlProvider> SamlProviders { get; init; } = [];

    public DefaultRoles Roles { get; init; } = new(null, null);

    /// <summary>By provider as SetIdentityPoolRoles names it: social key, OIDC or SAML ARN, user pool with client id.</summary>
    public IReadOnlyDictionary<string, RoleMapping> RoleMappings { get; init; } = new Dictionary<string, RoleMapping>();

    /// <summary>By provider as SetPrincipalTagAttributeMap names it: social key, OIDC or SAML ARN, user pool without client id.</summary>
    public IReadOnlyDictionary<string, PrincipalTagMap> PrincipalTagMaps { get; init; } = new Dictionary<string, PrincipalTagMap>();

    /// <summary>How many public calls a second the pool takes together; null when only the limits of its account count.</summary>
    public int? RateLimit { get; init; }

    /// <summary>How many days a guest may stay away before its identity is removed; null keeps guests for ever.</summary>
    public int? GuestRetentionDays { get; init; }

    /// <summary>
    /// Whether tokens of other identity pool services count as ID tokens of their issuer. They log nobody in to a pool; an STS takes them.
    /// </summary>
    public bool TakesPoolTokens { get; init; }

    /// <summary>Whether any login provider at all is configured, the developer's own included.</summary>
    public bool HasIdentityProviders =>
        DeveloperProviderName is not null || SupportedLoginProviders.Count > 0 || CognitoIdentityProviders.Count > 0
        || OpenIdConnectProviderArns.Count > 0 || SamlProviderArns.Count > 0;

    /// <summary>The mapping for a verified login: of its key, of its provider's ARN, or of its user pool and client.</summary>
    public RoleMapping? RoleMappingFor(string loginKey, LoginClaims claims)
    {
        if (RoleMappings.Count == 0)
        {
            return null;
        }

        // However the token spells its audience, it must not slip past the mapping of the client that it was made for.
        var ofClient = from client in ClaimText.Of(claims["aud"]) ?? []
                       select RoleMappings.GetValueOrDefault($"{loginKey}:{client}");
        return RoleMappings.GetValueOrDefault(loginKey)
            ?? ofClient.FirstOrDefault(mapping => mapping is not null)
            ?? (ArnOf(loginKey) is { } arn ? RoleMappings.GetValueOrDefault(arn) : null);
    }

    /// <summary>The tags that a verified login gives.</summary>
    public IReadOnlyDictionary<string, string> PrincipalTagsFor(string loginKey, LoginClaims claims)
    {
        if (PrincipalTagMaps.Count == 0)
        {
            return NoTags;
        }

        var map = PrincipalTagMaps.GetValueOrDefault(loginKey)
            ?? (ArnOf(loginKey) is { } arn ? PrincipalTagMaps.GetValueOrDefault(arn) : null);
        return map is null ? NoTags
            : map.UseDefaults && SamlProvider.IsArn(loginKey) ? PrincipalTags.From(claims, PrincipalTags.SamlDefaults, useDefaults: false)
            : PrincipalTags.From(claims, map.Tags, map.UseDefaults);
    }

    private string? ArnOf(string loginKey) =>
        OpenIdConnectProviders.FirstOrDefault(provider => provider.LoginKey == loginKey)?.Arn;
}

/// <summary>A Cognito user pool's app client whose ID tokens a pool accepts.</summary>
public sealed record CognitoIdentityProvider(string ProviderName, string ClientId, bool ServerSideTokenCheck);

/// <summary>
/// An IAM OIDC provider. <paramref name="Url"/> is the issuer exactly as its tokens name it in <c>iss</c>;
/// <paramref name="ClientIds"/> are the audiences it may vouch for.
/// </summary>
public sealed record OpenIdConnectProvider(string Arn, string Url, IReadOnlyList<string> ClientIds)
{
    /// <summary>
    /// SHA-1, in hex, of certificates that vouch for the servers of this provider when no trusted authority does; trusted for nothing else.
    /// </summary>
    public IReadOnlyList<string> Thumbprints { get; init; } = [];

    /// <summary>The provider's key in a Logins map: the URL without its scheme, as in the ARN.</summary>
    public string LoginKey { get; } = KeyOf(Url);

    public static string KeyOf(string url) => url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
}

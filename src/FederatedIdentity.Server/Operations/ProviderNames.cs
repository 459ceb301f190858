using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Operations;

/// <summary>The names by which a pool's configured providers are addressed, which differ from operation to operation.</summary>
internal static class ProviderNames
{
    /// <summary>Social keys, OIDC and SAML ARNs, and user pools with their client id.</summary>
    public static IEnumerable<string> OfRoleMappings(IdentityPoolRow pool) =>
        Common(pool).Concat(pool.CognitoIdentityProviders.Select(client => $"{client.ProviderName}:{client.ClientId}"));

    /// <summary>Social keys, OIDC and SAML ARNs, and user pools without client id.</summary>
    public static IEnumerable<string> OfPrincipalTags(IdentityPoolRow pool) =>
        Common(pool).Concat(pool.CognitoIdentityProviders.Select(client => client.ProviderName));

    private static IEnumerable<string> Common(IdentityPoolRow pool) =>
        pool.SupportedLoginProviders.Keys.Concat(pool.OpenIdConnectProviderArns).Concat(pool.SamlProviderArns);
}

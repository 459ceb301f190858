using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// A pool as the API shows it. Unset members and empty collections are left out, tags excepted: recent answers of the real service
/// always have them.
/// </summary>
internal sealed record IdentityPool(
    string IdentityPoolId,
    string IdentityPoolName,
    bool AllowUnauthenticatedIdentities,
    bool? AllowClassicFlow,
    IReadOnlyDictionary<string, string>? SupportedLoginProviders,
    string? DeveloperProviderName,
    IReadOnlyList<string>? OpenIdConnectProviderARNs,
    IReadOnlyList<CognitoIdentityProviderShape>? CognitoIdentityProviders,
    IReadOnlyList<string>? SamlProviderARNs,
    IReadOnlyDictionary<string, string> IdentityPoolTags)
{
    /// <summary>The pool with its login providers as the caller may see them (<see cref="ProviderSecrets.Show"/>).</summary>
    public static IdentityPool Of(IdentityPoolRow pool, IReadOnlyDictionary<string, string> providers) => new(
        pool.Id,
        pool.Name,
        pool.AllowUnauthenticated,
        pool.AllowClassicFlow,
        providers.Count > 0 ? providers : null,
        pool.DeveloperProviderName,
        pool.OpenIdConnectProviderArns is { Length: > 0 } oidc ? oidc : null,
        pool.CognitoIdentityProviders is { Count: > 0 } clients
            ? [.. clients.Select(CognitoIdentityProviderShape.Of)]
            : null,
        pool.SamlProviderArns is { Length: > 0 } saml ? saml : null,
        pool.Tags.ToDictionary(tag => tag.Key, tag => tag.Value));
}

/// <summary>A Cognito user pool's app client, as the API names its members.</summary>
internal sealed record CognitoIdentityProviderShape(string? ProviderName, string? ClientId, bool? ServerSideTokenCheck) : IWireShape
{
    public static CognitoIdentityProviderShape Of(CognitoIdentityProvider provider) =>
        new(provider.ProviderName, provider.ClientId, provider.ServerSideTokenCheck);

    public void Check(Constraints on) => on
        .String("providerName", ProviderName, ModelShapes.CognitoIdentityProviderName)
        .String("clientId", ClientId, ModelShapes.CognitoIdentityProviderClientId);
}

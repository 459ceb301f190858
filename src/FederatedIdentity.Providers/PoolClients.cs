using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Providers;

/// <summary>The client ids that a pool accepts of a social provider whose tokens are ID tokens.</summary>
internal static class PoolClients
{
    /// <summary>The pool's own setting holds one client id; several come from an IAM OIDC provider under the same key.</summary>
    public static IReadOnlyList<string> Of(Pool pool, string key)
    {
        pool.SupportedLoginProviders.TryGetValue(key, out var own);
        var registered = pool.OpenIdConnectProviders.FirstOrDefault(provider => provider.LoginKey == key)?.ClientIds ?? [];
        return own is null ? registered : registered.Count == 0 ? [own] : [own, .. registered];
    }
}

using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// The consumer secrets in a pool's settings: sealed on their way in, and on their way out a placeholder for everybody who may not see
/// them. Whoever writes back what he read, placeholder and all, keeps the secret that is stored.
/// </summary>
internal sealed class ProviderSecrets(MasterKey masterKey)
{
    /// <summary>
    /// Replaces a pool's login providers by values that kept <see cref="ProviderValueRules"/>. Null when done; else nothing changed.
    /// </summary>
    public ApiError? Store(IdentityPoolRow pool, IReadOnlyDictionary<string, string?>? wanted)
    {
        var providers = new Dictionary<string, string>();
        foreach (var (provider, value) in wanted ?? new Dictionary<string, string?>())
        {
            var pair = ConsumerPair.IsUsedBy(provider) ? ConsumerPair.Parse(value!) : null;
            if (pair is not { IsRedacted: true })
            {
                providers[provider] = value!;
            }
            else if (SecretOf(pool, provider, pair.Key) is { } kept)
            {
                providers[provider] = $"{pair.Key}{ConsumerPair.Separator}{kept.Reveal}";
            }
            else
            {
                return ApiError.InvalidParameter($"No consumer secret of {provider} is stored for this consumer key.");
            }
        }

        pool.SupportedLoginProviders = StoredProviders.Seal(providers, pool.Id, masterKey);
        return null;
    }

    /// <summary>The login providers as this caller may see them.</summary>
    public IReadOnlyDictionary<string, string> Show(IdentityPoolRow pool, CallContext call) =>
        call.MaySeeSecrets ? pool.SupportedLoginProviders.Open(pool.Id, masterKey) : pool.SupportedLoginProviders.Redacted();

    private SecretKey? SecretOf(IdentityPoolRow pool, string provider, string consumerKey) =>
        pool.SupportedLoginProviders.Open(pool.Id, masterKey).TryGetValue(provider, out var stored)
        && ConsumerPair.Parse(stored) is { } pair && pair.Key == consumerKey
            ? pair.Secret
            : null;
}

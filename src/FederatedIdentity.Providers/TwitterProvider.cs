using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Twitter;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>Twitter, now X: an access token of OAuth 1.0a that was issued to the pool's own app.</summary>
/// <remarks>
/// https://developer.x.com/en/docs/twitter-api/v1/accounts-and-users/manage-account-settings/api-reference/get-account-verify_credentials
/// </remarks>
internal sealed class TwitterProvider(TwitterAccounts accounts, IOptions<ProvidersOptions> options) : ILoginProvider
{
    public const string Kind = "twitter";

    public const string Key = ConsumerPair.Twitter;

    public bool Serves(string loginKey, Pool pool) => loginKey == Key;

    public ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct) =>
        accounts.VerifyAsync(Kind, Key, options.Value.Twitter, token, pool, ct);
}

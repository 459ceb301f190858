using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Twitter;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>
/// Digits, Twitter's login by phone number. It was closed in 2017, so nobody is asked unless an operator names an endpoint: whoever
/// owns its old host name by now could answer as he likes.
/// </summary>
/// <remarks>The vendor's pages are gone; a client of its time: https://github.com/dghubble/go-digits</remarks>
internal sealed class DigitsProvider(TwitterAccounts accounts, IOptions<ProvidersOptions> options) : ILoginProvider
{
    public const string Kind = "digits";

    public const string Key = ConsumerPair.Digits;

    public bool Serves(string loginKey, Pool pool) => loginKey == Key;

    public ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct) =>
        accounts.VerifyAsync(Kind, Key, options.Value.Digits, token, pool, ct);
}

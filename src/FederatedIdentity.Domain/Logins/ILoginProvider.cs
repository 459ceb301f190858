using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Domain.Logins;

/// <summary>Proves who a login token belongs to. Knows the provider's protocol and no database.</summary>
public interface ILoginProvider
{
    /// <summary>Whether this provider is responsible for a key of the Logins map, such as "accounts.google.com".</summary>
    bool Serves(string loginKey, Pool pool);

    /// <summary>
    /// Verifies one entry of a Logins map for <paramref name="pool"/>. Never throws for anything a token or a provider can do:
    /// a bad token is <see cref="LoginVerdict.Rejected"/>, a provider that cannot be asked <see cref="LoginVerdict.Unreachable"/>.
    /// </summary>
    ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct);
}

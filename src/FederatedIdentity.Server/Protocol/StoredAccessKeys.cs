using System.Collections.Concurrent;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Access keys from the database, unwrapped, remembered for one second: a key that is switched off stops working within that, on
/// every replica. Keys that do not exist are not remembered.
/// </summary>
internal sealed class StoredAccessKeys(
    NpgsqlAccessKeys store, IOptions<DeploymentOptions> deployment, TimeProvider clock) : IAccessKeys
{
    private const int MostRemembered = 4096;
    private static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);

    public async ValueTask<AccessKey?> FindAsync(string accessKeyId, CancellationToken ct)
    {
        var now = clock.GetTimestamp();
        if (_remembered.TryGetValue(accessKeyId, out var known) && clock.GetElapsedTime(known.Read, now) < MaximumAge)
        {
            return known.Key;
        }

        if (await store.FindAsync(accessKeyId, ct) is not { } stored)
        {
            _remembered.TryRemove(accessKeyId, out _);
            return null;
        }

        // The same wrapped bytes hold the same secret: unwrapping again would only cost time.
        var secret = known is not null && known.Wrapped.AsSpan().SequenceEqual(stored.WrappedSecret)
            ? known.Key.Secret
            : store.Unwrap(stored);
        var key = new AccessKey(CallerOf(stored), secret, stored.Active);
        if (_remembered.Count >= MostRemembered)
        {
            _remembered.Clear();
        }

        _remembered[accessKeyId] = new Remembered(key, stored.WrappedSecret, now);
        return key;
    }

    private Caller CallerOf(StoredAccessKey key) => key.User is { } user
        ? new Caller(CallerKind.User, key.AccountId, deployment.Value.UserArn(key.AccountId, user.Path, user.Name), user.Id, user.Name) { AccessKeyId = key.Id }
        : new Caller(CallerKind.Root, key.AccountId, deployment.Value.RootArn(key.AccountId), key.AccountId, key.AccountId)
        {
            AccessKeyId = key.Id,
        };

    private sealed record Remembered(AccessKey Key, byte[] Wrapped, long Read);
}

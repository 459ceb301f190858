using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Storage.Redis;

/// <summary>A deployment without Redis shares nothing: each replica finds out by itself.</summary>
internal sealed class NoTokenCache : ITokenCache
{
    public ValueTask<SharedLookup> FindOrLeaseAsync(string key, TimeSpan lease, CancellationToken ct) => new(SharedLookup.Yours.Instance);

    public ValueTask<byte[]?> FindAsync(string key, CancellationToken ct) => default;

    public void Keep(string key, ReadOnlySpan<byte> value, TimeSpan lifetime) { }

    public void Release(string key) { }
}

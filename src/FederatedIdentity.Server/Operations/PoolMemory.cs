using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// Which pool an identity belongs to, of those this replica saw of late. It never moves to another and its id is never used again, so
/// what is remembered cannot be wrong; that it still exists is not said. Takes some five megabytes at most, and forgets whom a newer one
/// took the place of.
/// </summary>
internal sealed class PoolMemory
{
    private const int Places = 32_768;

    private readonly Entry?[] _places = new Entry?[Places];

    public PoolId? Find(IdentityId id) => Volatile.Read(ref PlaceOf(id)) is { } entry && entry.Identity == id ? entry.Pool : null;

    public void Note(IdentityId id, PoolId pool)
    {
        ref var place = ref PlaceOf(id);
        if (Volatile.Read(ref place)?.Identity != id)
        {
            Volatile.Write(ref place, new(id, pool));
        }
    }

    private ref Entry? PlaceOf(IdentityId id) => ref _places[id.GetHashCode() & (Places - 1)];

    private sealed record Entry(IdentityId Identity, PoolId Pool);
}

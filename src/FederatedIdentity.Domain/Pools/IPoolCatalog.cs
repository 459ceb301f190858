namespace FederatedIdentity.Domain.Pools;

/// <summary>Pool snapshots for the hot path: from memory when young enough, else from the database.</summary>
public interface IPoolCatalog
{
    /// <summary>Null when there is no such pool.</summary>
    ValueTask<Pool?> FindAsync(PoolId id, CancellationToken ct);

    /// <summary>Forgets a snapshot after a change that this replica made, so that it honours its own writes at once.</summary>
    void Forget(PoolId id);
}

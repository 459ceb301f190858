namespace FederatedIdentity.Storage.Redis;

/// <summary>How many replicas share the budgets: what was last seen, and before that what was assumed.</summary>
internal sealed class ReplicaCount(int assumed)
{
    public const int Most = 1000;

    /// <summary>
    /// Who has a Redis has replicas. A share of one half lets three of them that start without it stay within twice the budget, and
    /// does not starve a single one.
    /// </summary>
    public const int AssumedWithRedis = 2;

    private int _value = assumed;

    public int Value => Volatile.Read(ref _value);

    /// <summary>
    /// So many gave a sign of life lately. Before things are <paramref name="settled"/> others may not have given theirs yet, and too
    /// small a number would grant too much.
    /// </summary>
    public void Saw(long replicas, bool settled) =>
        Volatile.Write(ref _value, (int)Math.Clamp(settled ? replicas : Math.Max(replicas, Value), 1, Most));
}

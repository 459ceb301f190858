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

    public void Saw(long replicas) => Volatile.Write(ref _value, (int)Math.Clamp(replicas, 1, Most));
}

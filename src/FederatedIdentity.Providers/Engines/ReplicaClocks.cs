namespace FederatedIdentity.Providers.Engines;

/// <summary>Compares times that another replica wrote down with our own wall clock.</summary>
internal static class ReplicaClocks
{
    /// <summary>
    /// How far the clocks of replicas may differ before they stop believing each other; by so much, and no more, a clock that is slow
    /// can prolong what another one has found out.
    /// </summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>How long ago that was, never less than nothing. Null for a time that is still to come.</summary>
    public static TimeSpan? Age(DateTimeOffset then, DateTimeOffset now) =>
        now - then is var age && age < -Slack ? null : age < TimeSpan.Zero ? TimeSpan.Zero : age;

    /// <summary>Null for a number that is no time.</summary>
    public static DateTimeOffset? Read(long milliseconds) =>
        milliseconds < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? null
            : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

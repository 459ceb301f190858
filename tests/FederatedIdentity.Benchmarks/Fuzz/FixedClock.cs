namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>A clock that stands still, so that neither tokens nor keys grow old during a run.</summary>
internal sealed class FixedClock : TimeProvider
{
    private readonly DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => 1;
}

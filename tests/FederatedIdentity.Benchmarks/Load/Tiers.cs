namespace FederatedIdentity.Benchmarks.Load;

/// <summary>The processes that a side uses, by their ids, and where its server and its Redis can be asked for counters.</summary>
internal sealed record Tiers
{
    public int[] Servers { get; init; } = [];

    public int? Postgres { get; init; }

    public int? Redis { get; init; }

    /// <summary>Bytes that the server has allocated since its start.</summary>
    public Func<Task<double>> AllocatedAsync { get; init; } = () => Task.FromResult(0.0);

    /// <summary>Scripts that Redis has run since its start.</summary>
    public Func<Task<double>> RoundTripsAsync { get; init; } = () => Task.FromResult(0.0);
}

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>What one side did in one round. Costs are CPU microseconds of a request, latencies microseconds.</summary>
internal sealed record Turn(int Requests, double PerSecond, int Failed, double P50, double P99)
{
    public double Server { get; init; }

    public double Postgres { get; init; }

    public double Redis { get; init; }

    /// <summary>What made the load.</summary>
    public double Client { get; init; }

    /// <summary>Bytes that the server allocated for a request.</summary>
    public double Allocated { get; init; }

    /// <summary>Scripts that Redis ran for a request, each of which is a round trip.</summary>
    public double RoundTrips { get; init; }

    /// <summary>Without what was spent for others at the same time.</summary>
    public Turn WithoutShared() => this with { Postgres = 0, Client = 0 };

    public double All => Server + Postgres + Redis + Client;
}

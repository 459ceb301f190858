using BenchmarkDotNet.Attributes;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Storage.Redis;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>The four budgets of a call about an identity, spent in this replica alone; what Redis adds is for a whole server to say.</summary>
public class ThrottlingBenchmarks
{
    private static readonly RateCharge[] Charges =
    [
        new("account/000000000000/GetOpenIdToken", 1_000_000, 1_000_000),
        new("source/203.0.113.9", 1_000_000, 1_000_000),
        new("pool/us-east-1:0d5c8a1e-4b1a-4a52-9d3b-0f6a54b0a001", 1_000_000, 1_000_000),
        new("identity/Zm9vYmFyYmF6cXV4Zm9vYg", 1_000_000, 1_000_000),
    ];

    private readonly LocalRateBudgets _budgets = new(TimeProvider.System, new ReplicaCount(1));

    [Benchmark]
    public bool SpendFourBudgets() => _budgets.TrySpend(Charges);
}

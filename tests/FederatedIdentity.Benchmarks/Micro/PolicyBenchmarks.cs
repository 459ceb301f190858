using BenchmarkDotNet.Attributes;
using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>A policy of 20 statements, read and asked.</summary>
public class PolicyBenchmarks
{
    private readonly string _json = PolicySample.Json;
    private readonly PolicyDocument[] _policies = [PolicySample.Parse()];

    [Benchmark]
    public bool Parse() => PolicyDocument.TryParse(_json, PolicyKind.Identity, out _, out _);

    [Benchmark]
    public bool AllowedByTheLast() => PolicyEvaluator.Decide(_policies, PolicySample.Allowed).IsAllowed;

    [Benchmark]
    public bool AllowedByNone() => PolicyEvaluator.Decide(_policies, PolicySample.Denied).IsAllowed;
}

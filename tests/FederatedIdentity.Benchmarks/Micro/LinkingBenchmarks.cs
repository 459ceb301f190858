using BenchmarkDotNet.Attributes;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>What becomes of presented logins: the decisions alone, without reading or writing.</summary>
public class LinkingBenchmarks
{
    private static readonly Login Google = new(LoginKind.Public, "accounts.google.com", BenchIssuer.Subject);
    private static readonly Login Facebook = new(LoginKind.Public, "graph.facebook.com", "10158000000000000");
    private static readonly Login Developer = new(LoginKind.Developer, "login.example", "user-4711");

    private readonly Login[] _one = [Google];
    private readonly Login[] _two = [Google, Facebook];
    private readonly Login[] _developers = [Google, Developer];

    private readonly Identity _alice = Owner("us-east-1:1a", Google);
    private readonly Identity _twin = Owner("us-east-1:1b", Facebook);
    private readonly Identity _guest = new(
        new IdentityId("us-east-1:1c"), new PoolId("us-east-1:0a"), IdentityState.Unauthenticated, DateTimeOffset.UnixEpoch, 1, []);

    [Benchmark]
    public LinkDecision KeepAnOwner() => Linking.Decide(_alice, _one, [_alice]);

    [Benchmark]
    public LinkDecision CreateOnFirstSight() => Linking.Decide(null, _one, []);

    [Benchmark]
    public LinkDecision LinkAGuest() => Linking.Decide(_guest, _developers, []);

    [Benchmark]
    public LinkDecision MergeTwo() => Linking.Decide(_alice, _two, [_alice, _twin]);

    private static Identity Owner(string id, Login login) => new(
        new IdentityId(id), new PoolId("us-east-1:0a"), IdentityState.Authenticated, DateTimeOffset.UnixEpoch, 1, [login]);
}

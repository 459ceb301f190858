using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>Ways between processes that misbehave until they do not any more.</summary>
internal static class NetworkFaults
{
    public static TimeSpan Late { get; } = TimeSpan.FromMilliseconds(200);

    public static Fault Of(string name, bool unnoticed, Func<Deployment, IEnumerable<ChaosProxy>> ways, Action<ChaosProxy> misbehave) => new(
        name,
        unnoticed,
        deployment => Each(ways(deployment), misbehave),
        async deployment =>
        {
            await Each(ways(deployment), way => way.Pass());
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
        });

    private static Task Each(IEnumerable<ChaosProxy> ways, Action<ChaosProxy> act)
    {
        foreach (var way in ways)
        {
            act(way);
        }

        return Task.CompletedTask;
    }
}

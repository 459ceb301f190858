namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>What happens to replicas.</summary>
internal static class ReplicaFaults
{
    public static Fault Kill { get; } = new(
        "kill -9 of a replica",
        true,
        deployment => deployment.Replicas[0].KillAsync(),
        async deployment =>
        {
            await deployment.Replicas[0].StartAsync();
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
        });

    public static Fault KillTwo { get; } = new(
        "kill -9 of two replicas",
        true,
        deployment => Task.WhenAll(deployment.Replicas[0].KillAsync(), deployment.Replicas[1].KillAsync()),
        async deployment =>
        {
            await Task.WhenAll(deployment.Replicas[0].StartAsync(), deployment.Replicas[1].StartAsync());
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
        });

    public static Fault RollingRestart { get; } = Fault.Once("rolling restart (SIGTERM)", async deployment =>
    {
        foreach (var replica in deployment.Replicas)
        {
            await replica.StopAsync();
            await replica.StartAsync();
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
        }
    });

    public static Fault Hang { get; } = new(
        "hang of a replica (SIGSTOP)",
        true,
        deployment => deployment.Replicas[1].Server.SignalAsync("STOP"),
        async deployment =>
        {
            await deployment.Replicas[1].Server.SignalAsync("CONT");
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
        });
}

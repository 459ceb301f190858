namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>Replicas that are not well.</summary>
internal static class ReplicaDrills
{
    private const int Restarted = 4;
    private const double AlmostAll = 1.05;

    public static AlertDrill Hang { get; } = new(
        "a replica hangs (SIGSTOP)",
        ["FederatedIdentityTargetDown"],
        bed => ReplicaFaults.Hang.BeginAsync(bed.Deployment),
        bed => ReplicaFaults.Hang.EndAsync(bed.Deployment));

    public static AlertDrill AllKilled { get; } = new(
        "all replicas are killed",
        ["FederatedIdentityNoReadyReplica", "FederatedIdentityTargetDown"],
        bed => Task.WhenAll(bed.Deployment.Replicas.Select(replica => replica.KillAsync())),
        async bed =>
        {
            await Task.WhenAll(bed.Deployment.Replicas.Select(replica => replica.StartAsync()));
            await bed.Deployment.Balancer.ServesWithAsync(Deployment.Size);
        });

    public static AlertDrill Restarts { get; } = new(
        "a replica is killed and started again and again",
        ["FederatedIdentityRestarting"],
        async bed =>
        {
            for (var time = 0; time < Restarted; time++)
            {
                await bed.Deployment.Replicas[0].KillAsync();
                await bed.Deployment.Replicas[0].StartAsync();
                await bed.ReadAsync(0);
            }
        },
        bed => bed.Deployment.Balancer.ServesWithAsync(Deployment.Size));

    /// <summary>What a process has before it comes into a group does not count there, so that it is not ended, but it knows the limit.</summary>
    public static AlertDrill LittleMemory { get; } = new(
        "a replica uses nearly all the memory that its control group may have",
        ["FederatedIdentityMemoryNearLimit"],
        bed =>
        {
            bed.Memory = MemoryGroup.TryCreate();
            bed.Memory!.Take(bed.Deployment.Replicas[0].Server, AlmostAll);
            return Task.CompletedTask;
        },
        async bed =>
        {
            await bed.RestoreAsync(0);
            bed.Memory!.Dispose();
        });
}

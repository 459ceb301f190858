namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>Replicas that are not well.</summary>
internal static class ReplicaDrills
{
    private const int Restarted = 4;

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

    /// <summary>The runtime takes the limit of its heap for all the memory there is, and collects for each few bytes.</summary>
    public static AlertDrill LittleMemory { get; } = new(
        "a replica has little memory, and a youngest generation of almost nothing",
        ["FederatedIdentityMemoryNearLimit", "FederatedIdentityGarbageCollectionBusy"],
        async bed =>
        {
            await bed.Deployment.Replicas[0].KillAsync();
            bed.Deployment.Replicas[0].Launch(("DOTNET_GCHeapHardLimit", "0x6000000"), ("DOTNET_GCgen0size", "0x10000"));
            await bed.Deployment.Balancer.ServesWithAsync(Deployment.Size);
            bed.Others = bed.Gather(30);
        },
        async bed =>
        {
            await bed.Others!.DisposeAsync();
            await bed.RestoreAsync(0);
        });
}

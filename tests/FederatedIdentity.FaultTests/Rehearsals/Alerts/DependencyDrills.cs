namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>What replicas need is not there.</summary>
internal static class DependencyDrills
{
    private const int Strangers = 10;

    public static AlertDrill Redis { get; } = new(
        "Redis is killed",
        ["FederatedIdentityRedisCircuitOpen"],
        bed => bed.Deployment.Redis.Program.KillAsync(),
        bed => bed.Deployment.Redis.Program.StartAsync());

    public static AlertDrill Provider { get; } = new(
        "users come from a provider that nobody can reach",
        ["FederatedIdentityProviderUnreachable", "FederatedIdentityProviderCircuitOpen"],
        bed =>
        {
            bed.Others = bed.GatherStrangers(Strangers);
            return Task.CompletedTask;
        },
        async bed => await bed.Others!.DisposeAsync());

    public static AlertDrill OneCutOff { get; } = new(
        "one replica is cut off from PostgreSQL",
        ["FederatedIdentityReplicaNotReady", "FederatedIdentityChangeFeedStale"],
        bed => PostgresFaults.OneCutOff.BeginAsync(bed.Deployment),
        bed => PostgresFaults.OneCutOff.EndAsync(bed.Deployment));

    public static AlertDrill Postgres { get; } = new(
        "PostgreSQL is stopped",
        [
            "FederatedIdentityDatabaseUnavailable", "FederatedIdentityNoReadyReplica", "FederatedIdentityErrorBudgetBurnsFast",
            "FederatedIdentityErrorBudgetBurnsSlowly", "FederatedIdentityDatabaseUnsteady",
        ],
        bed => PostgresFaults.FastRestart.BeginAsync(bed.Deployment),
        async bed =>
        {
            await PostgresFaults.FastRestart.EndAsync(bed.Deployment);
            await bed.Deployment.Balancer.ServesWithAsync(Deployment.Size);
        });
}

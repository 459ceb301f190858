namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>What replicas need is not there.</summary>
internal static class DependencyDrills
{
    private const int Strangers = 10;

    private static readonly TimeSpan BetweenResets = TimeSpan.FromSeconds(1);

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
        bed => bed.SendHomeAsync());

    public static AlertDrill OneCutOff { get; } = new(
        "one replica is cut off from PostgreSQL",
        ["FederatedIdentityReplicaNotReady", "FederatedIdentityChangeFeedStale"],
        bed => PostgresFaults.OneCutOff.BeginAsync(bed.Deployment),
        bed => PostgresFaults.OneCutOff.EndAsync(bed.Deployment));

    public static AlertDrill Postgres { get; } = new(
        "PostgreSQL is stopped",
        ["FederatedIdentityDatabaseUnavailable", "FederatedIdentityNoReadyReplica"],
        bed => PostgresFaults.FastRestart.BeginAsync(bed.Deployment),
        async bed =>
        {
            await PostgresFaults.FastRestart.EndAsync(bed.Deployment);
            await bed.Deployment.Balancer.ServesWithAsync(Deployment.Size);
        });

    /// <summary>PostgreSQL answers and takes writes, so replicas are ready, and calls fail.</summary>
    public static AlertDrill Table { get; } = new(
        "the table of identities is gone",
        ["FederatedIdentityErrorBudgetBurnsFast", "FederatedIdentityErrorBudgetBurnsSlowly"],
        bed => bed.Database.ExecuteAsync("alter table identity rename to identity_elsewhere"),
        bed => bed.Database.ExecuteAsync("alter table identity_elsewhere rename to identity"));

    public static AlertDrill Resets { get; } = new(
        "connections to PostgreSQL are reset again and again",
        ["FederatedIdentityDatabaseUnsteady"],
        bed =>
        {
            bed.Others = Crowd.Of(1, BetweenResets, async () =>
            {
                await PostgresFaults.Resets.BeginAsync(bed.Deployment);
                foreach (var replica in bed.Deployment.Replicas)
                {
                    replica.Database.Pass();
                }
            });
            return Task.CompletedTask;
        },
        async bed =>
        {
            await bed.SendHomeAsync();
            await PostgresFaults.Resets.EndAsync(bed.Deployment);
        });
}

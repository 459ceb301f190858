namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>What has to be done now and then is not.</summary>
internal static class UpkeepDrills
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    public static AlertDrill Housekeeping { get; } = new(
        "a stranger holds the lease of housekeeping",
        ["FederatedIdentityHousekeepingStalled"],
        bed =>
        {
            bed.Others = Crowd.Of(1, Hold, () => bed.Database.ExecuteAsync(
                "update housekeeping set holder = 'a stranger', expires_at = now() + interval '100 seconds'"));
            return Task.CompletedTask;
        },
        async bed =>
        {
            await bed.SendHomeAsync();
            await bed.Database.ExecuteAsync("update housekeeping set expires_at = now() where holder = 'a stranger'");
        });

    public static AlertDrill Clock { get; } = new(
        "the clock of one replica's machine jumps an hour ahead",
        ["FederatedIdentityClockOff"],
        bed => ClockFaults.Ahead.BeginAsync(bed.Deployment),
        bed => ClockFaults.Ahead.EndAsync(bed.Deployment));

    public static AlertDrill Schema { get; } = new(
        "a replica starts on a database that was not migrated",
        ["FederatedIdentitySchemaOutdated"],
        async bed =>
        {
            await bed.Database.ExecuteAsync("create table kept as select * from \"__EFMigrationsHistory\" order by 1 desc limit 1");
            await bed.Database.ExecuteAsync("delete from \"__EFMigrationsHistory\" using kept k where \"__EFMigrationsHistory\".\"MigrationId\" = k.\"MigrationId\"");
            await bed.Deployment.Replicas[0].KillAsync();
            bed.Deployment.Replicas[0].Launch();
        },
        async bed =>
        {
            await bed.Database.ExecuteAsync("insert into \"__EFMigrationsHistory\" select * from kept");
            await bed.Database.ExecuteAsync("drop table kept");
            await bed.Deployment.Balancer.ServesWithAsync(Deployment.Size);
        });
}

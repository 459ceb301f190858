using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>What happens to PostgreSQL and PgBouncer, and to the way there.</summary>
internal static class PostgresFaults
{
    // Longer than any statement or request is waited for.
    private static readonly TimeSpan UntilClientsGiveUp = TimeSpan.FromSeconds(8);

    public static Fault FastRestart { get; } = Restart("PostgreSQL restart, fast", "INT");

    public static Fault ImmediateRestart { get; } = Restart("PostgreSQL restart, immediate", "QUIT");

    public static Fault Promotion { get; } = new(
        "primary killed, standby promoted",
        false,
        deployment => deployment.Postgres.LosePrimaryAsync(),
        deployment => deployment.Postgres.PromoteAsync());

    /// <summary>What the primary has written and nobody has confirmed is lost with it; so nobody may have been told that it is done.</summary>
    public static Fault PromotionOfLaggard { get; } = new(
        "standby hangs, primary killed, standby promoted",
        false,
        async deployment =>
        {
            await deployment.Postgres.SignalStandbyAsync("STOP");
            await Task.Delay(UntilClientsGiveUp);
            await deployment.Postgres.LosePrimaryAsync();
            await deployment.Postgres.SignalStandbyAsync("CONT");
        },
        deployment => deployment.Postgres.PromoteAsync());

    public static Fault BouncerRestart { get; } = new(
        "PgBouncer killed",
        false,
        deployment => deployment.PgBouncer.Program.KillAsync(),
        deployment => deployment.PgBouncer.Program.StartAsync());

    public static Fault Latency { get; } = Way("200 ms to PostgreSQL, each way", true, way => way.Delay(NetworkFaults.Late));

    public static Fault Stall { get; } = Way("the way to PostgreSQL stalls", false, way => way.Stall());

    public static Fault Resets { get; } = Way("connections to PostgreSQL are reset", false, way => way.Reset());

    public static Fault OneCutOff { get; } = NetworkFaults.Of(
        "one replica cut off from PostgreSQL", true, deployment => [deployment.Replicas[2].Database], way => way.Refuse());

    public static Fault OneStalled { get; } = NetworkFaults.Of(
        "one replica's way to PostgreSQL stalls", true, deployment => [deployment.Replicas[2].Database], way => way.Stall());

    private static Fault Restart(string name, string signal) => new(
        name,
        false,
        deployment => deployment.Postgres.Primary.StopAsync(signal),
        deployment => deployment.Postgres.Primary.StartAsync());

    private static Fault Way(string name, bool unnoticed, Action<ChaosProxy> misbehave) =>
        NetworkFaults.Of(name, unnoticed, deployment => deployment.Replicas.Select(replica => replica.Database), misbehave);
}

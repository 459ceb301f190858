namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>The clock of one replica jumps, and jumps back.</summary>
internal static class ClockFaults
{
    public static Fault Ahead { get; } = Jump("clock of a replica jumps an hour ahead", TimeSpan.FromHours(1));

    public static Fault Behind { get; } = Jump("clock of a replica jumps an hour back", TimeSpan.FromHours(-1));

    private static Fault Jump(string name, TimeSpan by) => new(
        name,
        true,
        deployment => Set(deployment, by),
        async deployment =>
        {
            await Set(deployment, TimeSpan.Zero);
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
        });

    private static Task Set(Deployment deployment, TimeSpan by)
    {
        (deployment.Clock ?? throw new InvalidOperationException($"{FakeClock.Variable} does not name a library.")).Jump(by);
        return Task.CompletedTask;
    }
}

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary><c>./dev bench upgrade</c>: the release before and this one side by side on one database, for minutes.</summary>
internal static class UpgradeRehearsal
{
    private static readonly TimeSpan Mixed = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(CancellationToken ct)
    {
        var (outcome, keys) = await RunAsync(Deployment.Size, Mixed, Pace.Long, ct);
        Console.WriteLine($"{Outcome.Header}\n{outcome.Row}\n{keys} signing keys signed meanwhile");
        foreach (var violation in outcome.Violations)
        {
            Console.Error.WriteLine(violation);
        }

        Console.Error.WriteLine(outcome.Errors);
        return outcome.Violations.Count == 0 && outcome.Watched.Failed == 0 ? 0 : 1;
    }

    /// <summary>What users saw of it, and how many keys have signed.</summary>
    public static async Task<(Outcome Outcome, long Keys)> RunAsync(int replaced, TimeSpan mixed, Pace pace, CancellationToken ct)
    {
        await using var rehearsal = await Rehearsal.StartAsync(Upgrade.Hasten, program: Upgrade.Previous);
        var crossing = await Crossing.PrepareAsync(rehearsal.Deployment);
        var outcome = await rehearsal.RunAsync(Upgrade.ThereAndBack(crossing, replaced, mixed), pace, ct);
        return (outcome, (long)(await rehearsal.Deployment.Postgres.Primary.ScalarAsync("select count(activated_at) from signing_key"))!);
    }
}

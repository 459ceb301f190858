using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>The change from the release before to this one while users work, as an orchestrator does it, and the change back.</summary>
internal static class Upgrade
{
    /// <summary>Names the assembly of the release before, which <c>./dev</c> builds from the repository's history.</summary>
    public const string Variable = "FEDERATED_IDENTITY_TEST_PREVIOUS";

    public static string Previous { get; } = PrivateProgram.NamedBy(Variable);

    /// <summary>
    /// Migrates, replaces one replica after the other, and after the watch brings the release before back on the new schema. After each
    /// step both releases run side by side for <paramref name="mixed"/>, and each must take what the other issues. So many replicas are
    /// replaced; if not all of them, old and new go on together for as long as the watch lasts.
    /// </summary>
    public static Fault ThereAndBack(Crossing crossing, int replaced, TimeSpan mixed) => new(
        "upgrade from the release before, and rollback",
        true,
        async deployment =>
        {
            await deployment.MigrateAsync(ServerProcess.Today);
            await ReplaceAsync(deployment, deployment.Replicas.Take(replaced), ServerProcess.Today, crossing, mixed);
        },
        deployment => ReplaceAsync(deployment, deployment.Replicas.Take(replaced).Reverse(), Previous, crossing, mixed));

    /// <summary>Lifetimes of seconds, so that keys are rotated by whichever release finds it due.</summary>
    public static void Hasten(Dictionary<string, string?> settings)
    {
        KeyFaults.Hasten(settings);
        settings["FederatedIdentity__Tokens__KeyRotation"] = "00:00:10";
    }

    private static async Task ReplaceAsync(
        Deployment deployment, IEnumerable<Replica> replicas, string program, Crossing crossing, TimeSpan mixed)
    {
        foreach (var replica in replicas)
        {
            await replica.StopAsync();
            replica.Program = program;
            await replica.StartAsync();
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
            await crossing.CheckAsync();
            await Task.Delay(mixed);
        }
    }
}

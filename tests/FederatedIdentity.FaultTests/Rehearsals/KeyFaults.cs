using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>What an operator does to signing keys while users work.</summary>
internal static class KeyFaults
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The next key takes over, as soon as it was published for long enough.</summary>
    public static Fault Rotation { get; } = Fault.Once("rotation of the signing key", async deployment =>
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var (status, log) = await ServerProcess.RunAsync(deployment.Settings, "keys", "rotate");
            if (status == 0)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, log);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    });

    /// <summary>Lifetimes of seconds instead of hours, so that a rotation is over before the rehearsal is.</summary>
    public static void Hasten(Dictionary<string, string?> settings)
    {
        settings["FederatedIdentity__Tokens__KeyCacheLifetime"] = "00:00:05";
        settings["FederatedIdentity__Tokens__KeyPublishing"] = "00:00:10";
    }
}

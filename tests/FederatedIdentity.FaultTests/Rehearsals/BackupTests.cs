using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>The short form of <c>./dev bench backup</c>.</summary>
[Collection(nameof(Faults))]
public sealed class BackupTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_was_acknowledged_before_a_backup_is_there_after_it_was_restored()
    {
        await using var rehearsal = await BackupRehearsal.StartAsync();

        var dump = await rehearsal.DumpAsync(Pace, CancellationToken.None);
        var pointInTime = await rehearsal.PointInTimeAsync(Pace, CancellationToken.None);

        output.WriteLine($"{Recovered.Header}\n{dump.Row}\n{pointInTime.Row}");
        Assert.Empty(dump.Violations);
        Assert.Empty(pointInTime.Violations);
    }
}

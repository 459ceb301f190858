using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>The short form of <c>./dev bench upgrade</c>.</summary>
[Collection(nameof(Faults))]
public sealed class UpgradeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nobody_notices_an_upgrade_or_that_it_is_taken_back()
    {
        var (outcome, keys) = await UpgradeRehearsal.RunAsync(replaced: 2, TimeSpan.Zero, Pace.Short, CancellationToken.None);

        output.WriteLine($"{Outcome.Header}\n{outcome.Row}\n{outcome.Errors}\n{keys} keys");
        Assert.Empty(outcome.Violations);
        Assert.True(outcome.Watched.Failed == 0, outcome.Errors);
        Assert.True(keys > 1, "No key was rotated meanwhile.");
    }
}

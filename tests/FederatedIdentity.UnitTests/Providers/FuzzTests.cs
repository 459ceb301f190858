using FederatedIdentity.Benchmarks.Fuzz;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>A short run of what <c>./dev bench fuzz</c> does at length.</summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task A_hundred_thousand_alterations_are_refused_or_harmless_and_none_takes_long()
    {
        // Twenty thousand of each kind, however they share a long run.
        foreach (var target in await FuzzTargets.CreateAsync())
        {
            var run = new FuzzRun([target], seed: 1);

            run.Run(20_000);

            Assert.Empty(run.Findings);
            var tally = Assert.Single(run.Tallies);
            Assert.Equal((20_000, 0, 0), (tally.Inputs, tally.Accepted, tally.Faults));

            // Alterations that never or always break something would test nothing.
            Assert.True(tally.Refused > 2_000 && tally.Same > 20, $"{target.Name}: {tally.Refused} refused, {tally.Same} harmless");
        }
    }

    [Fact]
    public void An_alteration_that_is_let_in_or_fails_is_found_and_kept()
    {
        var run = new FuzzRun([new Naive()], seed: 1);

        run.Run(2_500);

        var tally = Assert.Single(run.Tallies);
        Assert.Equal((2_500, 2_500), (tally.Inputs, tally.Accepted + tally.Faults));
        Assert.True(tally.Accepted > 0 && tally.Faults > 0);
        Assert.Equal(100, run.Findings.Count);
    }

    [Fact]
    public void The_seed_decides_what_is_tried()
    {
        Assert.Equal(Inputs(seed: 1), Inputs(seed: 1));
        Assert.NotEqual(Inputs(seed: 1), Inputs(seed: 2));

        static IEnumerable<string> Inputs(int seed)
        {
            var run = new FuzzRun([new Naive()], seed);
            run.Run(50);
            return run.Findings.Select(finding => finding.Input).Order(StringComparer.Ordinal);
        }
    }

    private sealed class Naive : IFuzzTarget
    {
        public string Name => "naive";

        public int Weight => 1;

        public string Context => "";

        public string Next(Random random) => TextMutations.Mutate("a genuine text", random);

        public FuzzVerdict Judge(string input) =>
            input.Length > 14 ? throw new InvalidOperationException("Too long.") : new FuzzVerdict.Accepted("It is naive.");
    }
}

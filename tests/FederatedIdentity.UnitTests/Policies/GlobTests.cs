using System.Diagnostics;
using FederatedIdentity.Domain.Policies;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>That patterns match what a simple-minded matcher says, and never take long over it.</summary>
public sealed class GlobTests
{
    [Fact]
    public void Patterns_match_what_the_oracle_says()
    {
        var texts = Gen.Elements('a', 'b', 'A').ListOf().Select(units => string.Concat(units));
        var patterns = Gen.Elements('a', 'b', '*', '?').ListOf().Select(units => string.Concat(units));
        var matches = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Arb.From(patterns), Arb.From(texts), (pattern, text) =>
        {
            var expected = Oracle(pattern, text);
            matches += expected ? 1 : 0;
            Assert.Equal(expected, Glob.Of(pattern, StringComparison.Ordinal).Matches(text));
            Assert.Equal(
                Oracle(pattern, text.ToLowerInvariant()),
                Glob.Of(pattern, StringComparison.OrdinalIgnoreCase).Matches(text));
        }));

        Assert.True(matches > 100);
    }

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("*?a?*?a?*?a?*?a?*?a?*?a?*?a?*?b?*")]
    [InlineData("a*a*a*a*a*a*a*a*a*a*a*a*?b*a")]
    [InlineData("*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*")]
    [InlineData("*a??????????????????????????????????????b*")]
    public void No_pattern_explodes(string pattern)
    {
        var text = new string('a', 100_000);
        var glob = Glob.Of(pattern, StringComparison.Ordinal);
        var time = Stopwatch.StartNew();

        Assert.False(glob.Matches(text));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(2), $"{time.Elapsed}");
    }

    [Fact]
    public void The_longest_pattern_of_a_policy_is_quickly_held_against_the_longest_ARN()
    {
        var pattern = Glob.Of(string.Concat(Enumerable.Repeat("a?*", 300)) + new string('?', 200) + "b*", StringComparison.Ordinal);
        var time = Stopwatch.StartNew();

        Assert.False(pattern.Matches(new string('a', 2048)));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(1), $"{time.Elapsed}");
    }

    // Which beginnings of the text each beginning of the pattern matches, written down in full.
    private static bool Oracle(string pattern, string text)
    {
        var reached = new bool[text.Length + 1];
        reached[0] = true;
        foreach (var sign in pattern)
        {
            var next = new bool[text.Length + 1];
            for (var length = 0; length <= text.Length; length++)
            {
                next[length] = sign == '*'
                    ? reached.AsSpan(0, length + 1).Contains(true)
                    : length > 0 && reached[length - 1] && (sign == '?' || sign == text[length - 1]);
            }

            reached = next;
        }

        return reached[^1];
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>
/// The chart's rules for people in a hurry: a minute counts as a second, in how far a rule looks back and in how long it waits. What it
/// asks, and from which value on it is worried, stays as it is.
/// </summary>
internal static partial class HastenedRules
{
    private const int LongestWait = 15;
    private const int LeastLookBack = 5; // Seconds; a rate needs two scrapes, and a busy machine misses some.

    public static string Text { get; } = Hasten(File.ReadAllText(AlertFile.Location));

    internal static string Hasten(string rules) => For().Replace(
        LookBack().Replace(rules, match => $"[{Math.Max(LeastLookBack, Seconds(match) / 60)}s]"),
        match => $"for: {Math.Clamp(Seconds(match) / 60, 1, LongestWait)}s");

    private static int Seconds(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch
    {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        var unit => throw new InvalidOperationException($"No such unit of time: {unit}"),
    };

    [GeneratedRegex(@"\[(\d+)([a-z])\]")]
    private static partial Regex LookBack();

    [GeneratedRegex(@"(?<=\n {8})for: (\d+)([a-z])(?=\n)")]
    private static partial Regex For();
}

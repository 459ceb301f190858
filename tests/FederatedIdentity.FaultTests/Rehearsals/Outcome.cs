using System.Globalization;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// What a fault came to: what users saw before it, while it lasted, from its begin to the end of the watch, and after it; how long after
/// the begin of its repair the first call succeeded; and what was found to be wrong afterwards.
/// </summary>
internal sealed record Outcome(
    string Fault, Stretch Before, Stretch During, Stretch Watched, Stretch After, TimeSpan? Recovery)
{
    public const string Header = """
        | fault | requests | failed | retried | longest gap | back after repair | p99 | before | during | after |
        |---|---|---|---|---|---|---|---|---|---|
        """;

    public IReadOnlyCollection<string> Violations { get; init; } = [];

    /// <summary>A row of the table; the last three are successes per second.</summary>
    public string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Fault} | {Watched.Requests} | {Watched.Failed} | {Watched.Retried} | {Watched.LongestGap.TotalSeconds:0.00} s "
        + $"| {Recovery?.TotalSeconds ?? double.NaN:0.00} s | {Watched.P99.TotalMilliseconds:0} ms "
        + $"| {Before.PerSecond:0} | {During.PerSecond:0} | {After.PerSecond:0} |");

    /// <summary>What failed, and how often.</summary>
    public string Errors => string.Join(", ", Watched.Errors.Select(error => $"{error.Value} × {error.Key}"));
}

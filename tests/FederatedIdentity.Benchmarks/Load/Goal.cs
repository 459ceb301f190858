using System.Globalization;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// What a row must reach: <paramref name="Of"/> makes a number of a round's two turns, and the median of the rounds is judged.
/// </summary>
internal sealed record Goal(string Text, string Format, Func<Turn, Turn, double> Of, Func<double, bool> IsMet)
{
    private const string Ratio = "0.00";

    /// <summary>Requests a second of ours to those of the other side.</summary>
    public static Goal ThroughputAtLeast(double ratio) =>
        new(Invariant($"≥ {ratio:0.00} of its rate"), Ratio, (ours, other) => ours.PerSecond / other.PerSecond, value => value >= ratio);

    /// <summary>CPU time of the server process for a request.</summary>
    public static Goal CpuAtMost(double ratio) =>
        new(Invariant($"≤ {ratio:0.00} of its CPU"), Ratio, (ours, other) => ours.Server / other.Server, value => value <= ratio);

    /// <summary>The same with the database's.</summary>
    public static Goal CpuWithDatabaseAtMost(double ratio) => new(
        Invariant($"≤ {ratio:0.00} of its CPU"),
        "0.000",
        (ours, other) => (ours.Server + ours.Postgres) / (other.Server + other.Postgres),
        value => value <= ratio);

    /// <summary>Requests of a second of the servers' CPU time, when ours have two cores and the other side has one.</summary>
    public static Goal ScaleAtLeast(double ratio) => new(
        Invariant($"≥ {ratio:0.0} times"), Ratio, (ours, other) => 2 * other.Server / ours.Server, value => value >= ratio);

    /// <summary>CPU time of the server process for a request, in microseconds more than that of the other side.</summary>
    public static Goal AddsAtMost(double micros) =>
        new(Invariant($"≤ {micros} µs more CPU"), "0.0", (ours, other) => ours.Server - other.Server, value => value <= micros);

    public static Goal RoundTripsAtMost(double count) =>
        new(Invariant($"≤ {count} a request"), "0.000", (ours, _) => ours.RoundTrips, value => value <= count);

    /// <summary>Requests that one core serves in a second, when it does the server's work and the database's.</summary>
    public static Goal PerCoreAtLeast(double count) =>
        new(Invariant($"≥ {count:0} per second and vCPU"), "0", (ours, _) => 1e6 / (ours.Server + ours.Postgres), value => value >= count);

    /// <summary>CPU time of the other side, as a part of what ours takes with the database's.</summary>
    public static Goal CpuIsAtLeast(double part) => new(
        Invariant($"≥ {part:0.00} of ours"), Ratio, (ours, other) => other.Server / (ours.Server + ours.Postgres), value => value >= part);

    public string Show(double value) => value.ToString(Format, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

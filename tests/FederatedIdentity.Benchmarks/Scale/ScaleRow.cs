namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>One line of the result: what was measured, what it must be, and whether it is; null where nothing is promised.</summary>
internal sealed record ScaleRow(string Name, double Value, string Unit, string Target = "", bool? IsMet = null, string Remark = "")
{
    public static ScaleRow AtLeast(string name, double value, double least, string remark = "") =>
        new(name, value, "ratio", FormattableString.Invariant($"≥ {least:0.00}"), value >= least, remark);

    public static ScaleRow AtMost(string name, double value, double most, string remark = "") =>
        new(name, value, "ratio", FormattableString.Invariant($"≤ {most:0.00}"), value <= most, remark);

    public string Line => FormattableString.Invariant(
        $"| {Name} | {Value:0.##} {Unit} | {Target} | {(IsMet is { } met ? met ? "yes" : "NO" : "")} | {Remark} |");
}

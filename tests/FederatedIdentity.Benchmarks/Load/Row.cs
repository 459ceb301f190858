namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// A comparison: what is ours, what it is measured beside, and the goal if there is one; without one the rates are compared. Who is not
/// judged is measured in the same way, but has nothing to reach.
/// </summary>
internal sealed record Row(string Name, Side Ours, Side Other, Goal? Goal = null, bool IsJudged = true)
{
    private static readonly Goal _none = Goal.ThroughputAtLeast(0) with { Text = "none" };

    /// <summary>
    /// Both sides have their turns at the same time. Whatever else the machine does then meets both in the same moment, which tells some
    /// percent of a server's CPU apart when turns one after the other do not; what the two share is told of neither.
    /// </summary>
    public bool AtOnce { get; init; }

    public Goal Measure => Goal ?? _none;

    public string Target => IsJudged ? Measure.Text : _none.Text;

    /// <summary>Null when there is nothing to reach.</summary>
    public bool? IsMet(double value) => IsJudged ? Goal?.IsMet(value) : null;

    public double[] Of(IReadOnlyDictionary<Side, List<Turn>> turns) =>
        [.. turns[Ours].Zip(turns[Other], Measure.Of).Order()];

    /// <summary>
    /// The other side's CPU time of all tiers to ours: the ratio of rates, had nobody else used the machine. Null where tiers are shared.
    /// </summary>
    public double? ByCpu(IReadOnlyDictionary<Side, List<Turn>> turns) => AtOnce
        ? null
        : turns[Ours].Zip(turns[Other], (ours, other) => other.All / ours.All).Order().ElementAt(turns[Ours].Count / 2);
}

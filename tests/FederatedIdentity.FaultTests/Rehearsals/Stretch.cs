namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// What clients saw within some time: calls, those that failed for good after retries, those that needed retries, the longest time
/// without any success, and how long the first success was in coming.
/// </summary>
internal sealed record Stretch(
    TimeSpan Length,
    int Requests,
    int Failed,
    int Retried,
    TimeSpan LongestGap,
    TimeSpan? FirstSuccess,
    TimeSpan P99,
    IReadOnlyDictionary<string, int> Errors)
{
    public double PerSecond => (Requests - Failed) / Length.TotalSeconds;
}

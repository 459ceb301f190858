using System.Diagnostics.Metrics;

namespace FederatedIdentity.Domain;

/// <summary>How every histogram of durations divides seconds, whoever exports it: from half a millisecond to ten seconds.</summary>
public static class Durations
{
    public static InstrumentAdvice<double> Advice { get; } = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };
}

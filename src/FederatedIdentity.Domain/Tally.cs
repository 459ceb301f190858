using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FederatedIdentity.Domain;

/// <summary>
/// A counter for what every request counts: to count is one addition, however many listen, because those who listen ask for the sums when
/// they want to know. Has one label or two, with values from closed sets: each is kept for ever. Any number of threads may count.
/// </summary>
public sealed class Tally
{
    private readonly ConcurrentDictionary<(string First, string? Second), Series> _series = [];
    private readonly string[] _labels;

    public Tally(Meter meter, string name, string unit, string description, params string[] labels)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _labels = labels;
        meter.CreateObservableCounter(name, () => _series.Values.Select(series => series.Measure()), unit, description);
    }

    /// <summary>The count under these values of the labels. It is there, at zero, from the first time it is asked for.</summary>
    public Series Of(string first, string? second = null) =>
        _series.TryGetValue((first, second), out var known) ? known : _series.GetOrAdd((first, second), Begin);

    private Series Begin((string First, string? Second) values) => new(values.Second is { } second
        ? [new(_labels[0], values.First), new(_labels[1], second)]
        : [new(_labels[0], values.First)]);

    /// <summary>The count under one set of labels.</summary>
    public sealed class Series
    {
        private readonly Stripes _count = new(1);
        private readonly KeyValuePair<string, object?>[] _labels;

        internal Series(KeyValuePair<string, object?>[] labels) => _labels = labels;

        public void Count() => _count.Increment(0);

        internal Measurement<long> Measure() => new(_count.Count(0), _labels);
    }
}

using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>The numbers of one metric under one set of labels. Recording neither allocates nor waits.</summary>
internal abstract class Series(string labels)
{
    public string Labels => labels;

    public abstract void Record(double value);
}

/// <summary>One number; null while there is nothing to say.</summary>
internal abstract class SingleSeries(string labels) : Series(labels)
{
    public abstract double? Value { get; }
}

internal sealed class SumSeries(string labels) : SingleSeries(labels)
{
    private readonly Stripes _sum = new(1);

    public override double? Value => _sum.Sum(0);

    public override void Record(double value) => _sum.Add(0, value);
}

internal sealed class LastSeries(string labels) : SingleSeries(labels)
{
    private double _value;

    public override double? Value => Volatile.Read(ref _value);

    public override void Record(double value) => Volatile.Write(ref _value, value);
}

/// <summary>
/// What is asked for anew each time; several answers under the same labels are added up. For use in one scrape at a time.
/// </summary>
internal sealed class ObservedSeries(string labels) : SingleSeries(labels)
{
    private double? _value;

    public override double? Value => _value;

    public override void Record(double value) => _value = (_value ?? 0) + value;

    public void Forget() => _value = null;
}

internal sealed class HistogramSeries(string labels, IReadOnlyList<double> bounds) : Series(labels)
{
    private readonly double[] _bounds = [.. bounds];
    private readonly Stripes _numbers = new(bounds.Count + 2); // The buckets, the last of them without a bound, and the sum.

    public double Sum => _numbers.Sum(_bounds.Length + 1);

    public IReadOnlyList<double> Bounds => _bounds;

    /// <summary>How many were in the bucket itself, not below it as well.</summary>
    public long InBucket(int bucket) => _numbers.Count(bucket);

    public override void Record(double value)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket])
        {
            bucket++;
        }

        _numbers.Increment(bucket);
        _numbers.Add(_bounds.Length + 1, value);
    }
}

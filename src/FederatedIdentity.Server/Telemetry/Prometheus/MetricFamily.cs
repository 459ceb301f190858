using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>
/// One metric with all its series. There are so many of them and no more: what comes under still other labels is counted, under the one
/// label that says so.
/// </summary>
internal sealed class MetricFamily
{
    internal const int MostSeries = 1000;

    private static readonly Tag[] _overflowing = [new("otel_metric_overflow", true)];

    [ThreadStatic]
    private static Tag[]? _kept;

    private readonly MetricSelection _selection;
    private readonly bool _isObserved;
    private readonly Lock _adding = new();
    private readonly Dictionary<string, Series> _byLabels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Tag[], Series> _byTags = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<Tag[], Series>.AlternateLookup<ReadOnlySpan<Tag>> _lookup;
    private volatile Series? _overflow;

    public MetricFamily(Instrument instrument, MetricSelection selection)
    {
        (_selection, _isObserved) = (selection, instrument.IsObservable);
        _lookup = _byTags.GetAlternateLookup<ReadOnlySpan<Tag>>();
        Name = MetricName.Of(instrument.Name, instrument.Unit, selection.Kind);
        Description = instrument.Description ?? "";
    }

    public MetricName Name { get; }

    public FamilyKind Kind => _selection.Kind;

    public string Description { get; }

    public void Record(double value, ReadOnlySpan<Tag> tags)
    {
        if (!IsPossible(value))
        {
            return; // Once in a sum, it would never leave it again.
        }

        tags = _selection.Labels is { } labels ? Keep(labels, tags) : tags;
        (_lookup.TryGetValue(tags, out var series) ? series : _overflow ?? Add(tags)).Record(value);
    }

    /// <summary>Makes a series before there is anything to record, so that its first change can be seen.</summary>
    public void Prepare(ReadOnlySpan<Tag> tags) => Add(tags);

    /// <summary>Before all that is observed is asked for.</summary>
    public void Forget()
    {
        foreach (var series in All().OfType<ObservedSeries>())
        {
            series.Forget();
        }
    }

    public Series[] All()
    {
        lock (_adding)
        {
            return [.. _byLabels.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value)];
        }
    }

    private bool IsPossible(double value) => Kind switch
    {
        FamilyKind.Counter => double.IsFinite(value) && value >= 0,
        FamilyKind.Gauge => true,
        _ => double.IsFinite(value),
    };

    private static ReadOnlySpan<Tag> Keep(string[] labels, ReadOnlySpan<Tag> tags)
    {
        var (kept, count) = (_kept ??= new Tag[8], 0);
        foreach (var label in labels)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == label)
                {
                    kept[count++] = MetricSelection.Show(tag);
                    break;
                }
            }
        }

        return kept.AsSpan(0, count);
    }

    private Series Add(ReadOnlySpan<Tag> tags)
    {
        lock (_adding)
        {
            if (_lookup.TryGetValue(tags, out var known))
            {
                return known;
            }

            // The same labels in another order are the same series; there is room for that, too, but not without end.
            if (_byLabels.Count >= MostSeries || _byTags.Count >= 2 * MostSeries)
            {
                return _overflow ??= OfLabels(_overflowing);
            }

            var series = OfLabels(tags);
            _lookup[tags] = series;
            return series;
        }
    }

    private Series OfLabels(ReadOnlySpan<Tag> tags)
    {
        var labels = LabelText.Of(tags);
        if (!_byLabels.TryGetValue(labels, out var series))
        {
            _byLabels.Add(labels, series = Create(labels));
        }

        return series;
    }

    private Series Create(string labels) => this switch
    {
        { _isObserved: true } => new ObservedSeries(labels),
        { Kind: FamilyKind.Histogram } => new HistogramSeries(labels, _selection.Bounds),
        { Kind: FamilyKind.Gauge } => new LastSeries(labels),
        _ => new SumSeries(labels),
    };
}

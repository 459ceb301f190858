using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FederatedIdentity.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Provider metrics of one test, with what was recorded in them.</summary>
internal sealed class MetricLog : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, string Labels)> _records = new();
    private readonly List<(string Instrument, string Labels, long Count)> _sums = [];

    public MetricLog()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => _records.Enqueue((instrument.Name, Labels(tags))));
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if (instrument.IsObservable)
            {
                _sums.Add((instrument.Name, Labels(tags), count));
            }
            else if (count > 0) // With zero they begin.
            {
                _records.Enqueue((instrument.Name, Labels(tags)));
            }
        });
        _listener.Start();
        Metrics = new ProviderMetrics(factory);
    }

    public ProviderMetrics Metrics { get; }

    /// <summary>
    /// The label values of everything an instrument recorded, such as <c>oidc answered</c>: in order, but of one that tells sums when
    /// asked in that of the alphabet. One thread at a time may ask.
    /// </summary>
    public IEnumerable<string> Of(string instrument)
    {
        var name = "federated_identity.providers." + instrument;
        _sums.Clear();
        _listener.RecordObservableInstruments();
        return _records.Where(record => record.Instrument == name).Select(record => record.Labels)
            .Concat(_sums.Where(sum => sum.Instrument == name)
                .SelectMany(sum => Enumerable.Repeat(sum.Labels, (int)sum.Count)).Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => tag.Value));
}

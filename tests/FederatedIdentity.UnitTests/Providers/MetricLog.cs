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
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if (count > 0) // With zero they begin.
            {
                Record(instrument, tags);
            }
        });
        _listener.Start();
        Metrics = new ProviderMetrics(factory);
    }

    public ProviderMetrics Metrics { get; }

    /// <summary>The label values of everything an instrument recorded, in order, such as <c>oidc answered</c>.</summary>
    public IEnumerable<string> Of(string instrument) =>
        _records.Where(record => record.Instrument == "federated_identity.providers." + instrument).Select(record => record.Labels);

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Record(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<object?>();
        foreach (var tag in tags)
        {
            labels.Add(tag.Value);
        }

        _records.Enqueue((instrument.Name, string.Join(' ', labels)));
    }
}

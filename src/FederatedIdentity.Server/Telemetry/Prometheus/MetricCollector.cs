using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>Keeps the figures of this server's instruments, and tells them whenever asked. One that fails does not keep the rest.</summary>
internal sealed partial class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly IMeterFactory _meters;
    private readonly ILogger<MetricCollector> _logger;
    private int _length = 64 * 1024;

    public MetricCollector(IMeterFactory meters, ILogger<MetricCollector> logger)
    {
        (_meters, _logger) = (meters, logger);
        _listener.InstrumentPublished = (instrument, _) => Follow(instrument);
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => Record(family, (double)value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => Record(family, value, tags));
    }

    /// <summary>What was recorded before is not known.</summary>
    public void Start() => _listener.Start();

    public async Task<ReadOnlyMemory<byte>> ScrapeAsync(bool openMetrics, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            Observe();
            var output = new ArrayBufferWriter<byte>(_length);
            var text = new Exposition(output, openMetrics);
            foreach (var family in _families.Values.OrderBy(family => family.Name.Name, StringComparer.Ordinal))
            {
                text.Write(family);
            }

            text.End();
            _length = output.WrittenCount + (output.WrittenCount / 8);
            return output.WrittenMemory;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _turn.Dispose();
    }

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Record(value, tags);

    /// <summary>Instruments of other hosts in this process are theirs; those of the platform belong to nobody.</summary>
    private void Follow(Instrument instrument)
    {
        if ((instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, _meters))
            && MetricSelection.Of(instrument) is { } selection)
        {
            var fresh = new MetricFamily(instrument, selection);
            var family = _families.GetOrAdd(fresh.Name.Name, fresh);
            if (ReferenceEquals(family, fresh))
            {
                FirstSeries.Prepare(instrument.Name, family);
            }

            if (family.Kind == selection.Kind)
            {
                _listener.EnableMeasurementEvents(instrument, family);
            }
        }
    }

    private void Observe()
    {
        foreach (var family in _families.Values)
        {
            family.Forget();
        }

        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException faults)
        {
            Log.NotObserved(_logger, faults);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Error, "Some metrics could not be observed.")]
        public static partial void NotObserved(ILogger logger, Exception faults);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FederatedIdentity.Server.Overload;
using FederatedIdentity.UnitTests.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Overload;

/// <summary>Makes what is under test with a clock, and keeps what it counted and logged.</summary>
internal sealed class OverloadBench : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ListLogger<Refusals> _log = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly IMeterFactory _meters;
    private readonly TimeProvider _clock;

    public OverloadBench(TimeProvider clock)
    {
        (_clock, _meters) = (clock, _services.GetRequiredService<IMeterFactory>());
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == _meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            for (; count > 0; count--)
            {
                _refused.Enqueue($"{tags[0].Value}");
            }
        });
        _listener.Start();
        Refusals = new Refusals(_meters, clock, _log);
    }

    public Refusals Refusals { get; }

    /// <summary>The reasons of all refusals that were counted.</summary>
    public IEnumerable<string> Refused => _refused;

    public IEnumerable<string> Lines => _log.Lines.Select(line => line.Text);

    public Admission Admission(int concurrency, int queue = 100, int outside = 100, TimeProvider? clock = null) =>
        new(new AdmissionLimits(concurrency, queue, TimeSpan.FromMilliseconds(500), outside), Refusals, _meters, clock ?? _clock);

    public ConnectionLimit ConnectionLimit(int most, TimeSpan grace) =>
        new(Options.Create(new OverloadOptions { Connections = most }), Refusals, _meters) { Grace = grace };

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }
}

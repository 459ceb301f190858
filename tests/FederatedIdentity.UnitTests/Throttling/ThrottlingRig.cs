using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Throttling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Throttling;

/// <summary>Rate limits on budgets that write everything down, with what the metrics count.</summary>
internal sealed class ThrottlingRig : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();

    public ThrottlingRig(RateLimitOptions? options = null)
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == RateLimitMetrics.Refusals)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, _, tags, _) => Counted.Enqueue(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        _listener.Start();
        Limits = new RateLimits(Budgets, new RateLimitMetrics(meters), Options.Create(options ?? new RateLimitOptions()));
    }

    public RecordingBudgets Budgets { get; } = new();

    public RateLimits Limits { get; }

    /// <summary>Operation and scope of every refusal.</summary>
    public ConcurrentQueue<string> Counted { get; } = [];

    public static CallContext Call(string operation, string? source = "203.0.113.9") =>
        new("r-1", source is null ? null : IPAddress.Parse(source)) { Operation = operation };

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }
}

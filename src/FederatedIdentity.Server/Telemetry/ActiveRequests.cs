using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// The web framework's count of requests under way, summed up here, and told to OpenTelemetry when it asks. Every request changes it twice,
/// and the library takes a multiple of an addition's time to hear of each.
/// </summary>
internal sealed class ActiveRequests : IDisposable
{
    private const string Name = "http.server.active_requests";

    private readonly Stripes _sum = new(1);
    private readonly MeterListener _listener = new();
    private readonly Meter _meter;

    public ActiveRequests(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsCountedHere(instrument) && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => _sum.Add(0, change));
        _listener.Start();

        // Of a scope that is nobody's, or /metrics, which hears of each change, would add the sum to them.
        _meter = new Meter(new MeterOptions("Microsoft.AspNetCore.Hosting") { Scope = this });
        _meter.CreateObservableUpDownCounter(Name, () => (long)_sum.Sum(0), "{request}", "Number of active HTTP server requests.");
    }

    /// <summary>Whether this tells what the instrument counts.</summary>
    public static bool IsCountedHere(Instrument instrument) => instrument is UpDownCounter<long> { Name: Name };

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }
}

using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Sts;

/// <summary>How old the youngest key of session tokens is, and how many open them.</summary>
internal sealed class SessionKeyMetrics
{
    private readonly TimeProvider _clock;
    private volatile Figures? _figures;

    public SessionKeyMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create("FederatedIdentity.Server");
        meter.CreateObservableGauge("federated_identity.session_keys.age", Age, "s", "The age of the youngest key of session tokens.");
        meter.CreateObservableGauge("federated_identity.session_keys.known", Known, "{key}", "Keys that open session tokens.");
    }

    public void Observe(TimeSpan youngest, int known) => _figures = new(youngest, _clock.GetTimestamp(), known);

    private IEnumerable<Measurement<double>> Age() =>
        _figures is { } at ? [new((at.Youngest + _clock.GetElapsedTime(at.Since)).TotalSeconds)] : [];

    private IEnumerable<Measurement<int>> Known() => _figures is { } at ? [new(at.Known)] : [];

    private sealed record Figures(TimeSpan Youngest, long Since, int Known);
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FederatedIdentity.Providers;

/// <summary>Counts what providers say and how long asking them takes; labels come from closed sets, never from a pool or a token.</summary>
internal sealed class ProviderMetrics
{
    public const string MeterName = "FederatedIdentity.Providers";

    private readonly Counter<long> _verdicts;
    private readonly Histogram<double> _fetches;

    public ProviderMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _verdicts = meter.CreateCounter<long>(
            "federated_identity.providers.verdicts", "{verdict}", "Login tokens by provider kind and outcome.");
        _fetches = meter.CreateHistogram<double>(
            "federated_identity.providers.fetch.duration", "s", "Outbound calls to providers.");
    }

    public void Judged(string kind, string outcome) =>
        _verdicts.Add(1, new TagList { { "provider", kind }, { "outcome", outcome } });

    public void Fetched(string kind, TimeSpan duration, bool answered) =>
        _fetches.Record(duration.TotalSeconds, new TagList { { "provider", kind }, { "outcome", answered ? "answered" : "failed" } });
}

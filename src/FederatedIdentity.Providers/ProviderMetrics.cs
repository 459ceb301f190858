using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FederatedIdentity.Providers;

/// <summary>Counts what providers say and how long asking them takes; labels come from closed sets, never from a pool or a token.</summary>
internal sealed class ProviderMetrics
{
    public const string MeterName = "FederatedIdentity.Providers";

    private readonly Counter<long> _verdicts;
    private readonly Counter<long> _lookups;
    private readonly Histogram<double> _fetches;

    public ProviderMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _verdicts = meter.CreateCounter<long>(
            "federated_identity.providers.verdicts", "{verdict}", "Login tokens by provider kind and outcome.");
        _lookups = meter.CreateCounter<long>(
            "federated_identity.providers.token_cache.lookups", "{lookup}", "Opaque tokens by whether the answer was in memory.");
        _fetches = meter.CreateHistogram<double>(
            "federated_identity.providers.fetch.duration", "s", "Outbound calls to providers.");
    }

    public void Judged(string kind, string outcome) =>
        _verdicts.Add(1, new TagList { { "provider", kind }, { "outcome", outcome } });

    /// <summary><paramref name="outcome"/>: hit, miss, or joined when the provider was just being asked about the same token.</summary>
    public void LookedUp(string kind, string outcome) =>
        _lookups.Add(1, new TagList { { "provider", kind }, { "outcome", outcome } });

    /// <summary><paramref name="outcome"/>: answered, failed, timeout, circuit_open or overloaded.</summary>
    public void Fetched(string kind, TimeSpan duration, string outcome) =>
        _fetches.Record(duration.TotalSeconds, new TagList { { "provider", kind }, { "outcome", outcome } });
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Providers;

/// <summary>Counts what providers say and how long asking them takes; labels come from closed sets, never from a pool or a token.</summary>
internal sealed class ProviderMetrics
{
    public const string MeterName = "FederatedIdentity.Providers";

    private readonly Tally _verdicts;
    private readonly Counter<long> _lookups;
    private readonly Tally _keyLookups;
    private readonly Histogram<double> _fetches;

    public ProviderMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _verdicts = new(
            meter, "federated_identity.providers.verdicts", "{verdict}", "Login tokens by provider kind and outcome.", "provider", "outcome");
        _lookups = meter.CreateCounter<long>(
            "federated_identity.providers.token_cache.lookups", "{lookup}", "Opaque tokens by where the answer came from.");
        _keyLookups = new(
            meter, "federated_identity.providers.key_sets.lookups", "{lookup}", "Key sets of issuers by where they came from.",
            "provider", "outcome");
        _fetches = meter.CreateHistogram<double>(
            "federated_identity.providers.fetch.duration", "s", "Outbound calls to providers.", tags: null, Durations.Advice);
        Begin();
    }

    public void Judged(string kind, string outcome) => _verdicts.Of(kind, outcome).Count();

    /// <summary>
    /// Once for each token. <paramref name="outcome"/>: hit (this replica's memory), shared (the replicas' memory), awaited (another
    /// replica was asking the provider, and told), miss (the provider was asked), or joined (this replica was just finding out).
    /// </summary>
    public void LookedUp(string kind, string outcome) =>
        _lookups.Add(1, new TagList { { "provider", kind }, { "outcome", outcome } });

    /// <summary>
    /// <paramref name="outcome"/>: hit or joined once for each token, and shared, awaited or miss once for each search on behalf of
    /// however many. They mean what they mean for tokens.
    /// </summary>
    public void LookedForKeys(string kind, string outcome) => _keyLookups.Of(kind, outcome).Count();

    /// <summary><paramref name="outcome"/>: answered, failed, timeout, circuit_open or overloaded.</summary>
    public void Fetched(string kind, TimeSpan duration, string outcome) =>
        _fetches.Record(duration.TotalSeconds, new TagList { { "provider", kind }, { "outcome", outcome } });

    private void Begin()
    {
        foreach (var kind in ProviderList.Kinds)
        {
            foreach (var outcome in new[] { "verified", "rejected", "unreachable" })
            {
                _verdicts.Of(kind, outcome);
            }
        }
    }
}

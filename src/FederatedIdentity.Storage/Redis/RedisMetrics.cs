using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Storage.Redis;

/// <summary>What operators see of the shared memory and of the budgets; labels come from closed sets, never from a key.</summary>
internal sealed class RedisMetrics
{
    public const string MeterName = "FederatedIdentity.Redis";

    private readonly Counter<long> _commands;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _lookups;
    private readonly Tally _decisions;

    public RedisMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _commands = meter.CreateCounter<long>(
            "federated_identity.redis.commands", "{command}", "Commands by outcome: ok, late, failed, circuit_open or dropped.");
        _durations = meter.CreateHistogram<double>(
            "federated_identity.redis.command.duration", "s", "How long Redis took, or how long was waited.", tags: null, Durations.Advice);
        _lookups = meter.CreateCounter<long>(
            "federated_identity.redis.cache.lookups", "{lookup}", "Looks into the shared cache: hit, miss, leased or unreadable.");
        _decisions = new(
            meter, "federated_identity.rate_budgets.decisions", "{decision}", "Requests by who decided, and whether they were granted.",
            "by", "outcome");
        meter.CreateObservableGauge("federated_identity.redis.circuit", () => CircuitOpen ? 1 : 0, null, "0 closed, 1 open.");
        meter.CreateObservableGauge("federated_identity.redis.replicas", () => Replicas, "{replica}", "Replicas that share the budgets.");
        Begin();
    }

    public bool CircuitOpen { get; set; } = true;

    public int Replicas { get; set; }

    /// <summary>A command that was sent: ok, late or failed.</summary>
    public void Ran(string outcome, TimeSpan duration)
    {
        _commands.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <summary>A command that was not sent: circuit_open, or dropped because too many were on their way.</summary>
    public void Spared(string outcome) => _commands.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary><paramref name="outcome"/>: hit, miss, leased when another replica is finding out, or unreadable.</summary>
    public void LookedUp(string outcome) => _lookups.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary><paramref name="by"/>: redis, ahead of Redis, memory for what Redis had refused a moment ago, or local without it.</summary>
    public void Decided(string by, bool granted) => _decisions.Of(by, granted ? "granted" : "refused").Count();

    private void Begin()
    {
        foreach (var outcome in new[] { "ok", "late", "failed", "circuit_open", "dropped" })
        {
            _commands.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        }

        foreach (var outcome in new[] { "hit", "miss", "leased", "unreadable" })
        {
            _lookups.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        }

        foreach (var (by, outcome) in new[]
        {
            ("redis", "granted"), ("redis", "refused"), ("ahead", "granted"), ("memory", "refused"), ("local", "granted"), ("local", "refused"),
        })
        {
            _decisions.Of(by, outcome);
        }
    }
}

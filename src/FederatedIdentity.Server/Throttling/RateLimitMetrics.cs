using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Throttling;

/// <summary>Counts what the limits grant and refuse. Labels come from closed sets: an operation, and whose budget it was.</summary>
internal sealed class RateLimitMetrics
{
    public const string Refusals = "federated_identity.rate_limits.refusals";

    private readonly Counter<long> _refusals;
    private readonly Counter<long> _decisions;

    public RateLimitMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("FederatedIdentity.Server");
        _refusals = meter.CreateCounter<long>(Refusals, "{request}", "Requests that a rate limit refused.");
        _decisions = meter.CreateCounter<long>(
            "federated_identity.rate_limits.decisions", "{decision}", "Budgets asked, by whose they were, and whether they granted.");
        foreach (var scope in Enum.GetValues<RateScope>())
        {
            Decided(scope, "granted", 0);
            Decided(scope, "refused", 0);
        }

        Decided(null, "refused", 0);
    }

    public void Granted(RateScope scope) => Decided(scope, "granted", 1);

    /// <summary>A <paramref name="scope"/> of null: it is not known which of them it was.</summary>
    public void Refused(string operation, RateScope? scope)
    {
        _refusals.Add(1, new TagList { { "operation", operation }, { "scope", Label(scope) } });
        Decided(scope, "refused", 1);
    }

    private void Decided(RateScope? scope, string outcome, int count) =>
        _decisions.Add(count, new TagList { { "scope", Label(scope) }, { "outcome", outcome } });

    private static string Label(RateScope? scope) => scope switch
    {
        RateScope.Account => "account",
        RateScope.Pool => "pool",
        RateScope.Source => "source",
        RateScope.Identity => "identity",
        _ => "unknown",
    };
}

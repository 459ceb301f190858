using System.Diagnostics;
using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Throttling;

/// <summary>Counts what the limits grant and refuse. Labels come from closed sets: an operation, and whose budget it was.</summary>
internal sealed class RateLimitMetrics
{
    public const string Refusals = "federated_identity.rate_limits.refusals";

    private readonly Counter<long> _refusals;
    private readonly Tally _decisions;
    private readonly Tally.Series[] _granted;

    public RateLimitMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("FederatedIdentity.Server");
        _refusals = meter.CreateCounter<long>(Refusals, "{request}", "Requests that a rate limit refused.");
        _decisions = new(
            meter, "federated_identity.rate_limits.decisions", "{decision}", "Budgets asked, by whose they were, and whether they granted.",
            "scope", "outcome");
        var scopes = Enum.GetValues<RateScope>();
        _granted = Array.ConvertAll(scopes, scope => _decisions.Of(Label(scope), "granted"));
        foreach (var scope in scopes.Cast<RateScope?>().Append(null))
        {
            _decisions.Of(Label(scope), "refused");
        }
    }

    public void Granted(RateScope scope) => _granted[(int)scope].Count();

    /// <summary>A <paramref name="scope"/> of null: it is not known which of them it was.</summary>
    public void Refused(string operation, RateScope? scope)
    {
        _refusals.Add(1, new TagList { { "operation", operation }, { "scope", Label(scope) } });
        _decisions.Of(Label(scope), "refused").Count();
    }

    private static string Label(RateScope? scope) => scope switch
    {
        RateScope.Account => "account",
        RateScope.Pool => "pool",
        RateScope.Source => "source",
        RateScope.Identity => "identity",
        _ => "unknown",
    };
}

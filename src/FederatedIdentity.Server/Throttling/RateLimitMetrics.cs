using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Throttling;

/// <summary>Counts what the limits refuse. Labels come from closed sets: an operation, and whose budget was used up.</summary>
internal sealed class RateLimitMetrics(IMeterFactory meters)
{
    public const string Refusals = "federated_identity.rate_limits.refusals";

    private readonly Counter<long> _refusals = meters.Create("FederatedIdentity.Server").CreateCounter<long>(
        Refusals, "{request}", "Requests that a rate limit refused.");

    /// <summary>A <paramref name="scope"/> of null: it is not known which of them it was.</summary>
    public void Refused(string operation, RateScope? scope) =>
        _refusals.Add(1, new TagList { { "operation", operation }, { "scope", Label(scope) } });

    private static string Label(RateScope? scope) => scope switch
    {
        RateScope.Account => "account",
        RateScope.Pool => "pool",
        RateScope.Source => "source",
        RateScope.Identity => "identity",
        _ => "unknown",
    };
}

using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>Everything that the dashboards and the rules ask, put to a Prometheus that has watched a real deployment for a while.</summary>
internal sealed class Questions(PrometheusProcess prometheus)
{
    private const int Minutes = 30;

    /// <summary>
    /// What Prometheus does not understand, names a metric that no replica exposed, or, of a panel, would have stayed empty all the time.
    /// </summary>
    public async Task<IReadOnlyList<string>> UnansweredAsync(CancellationToken ct)
    {
        var known = await prometheus.NamesAsync(ct);
        var unanswered = new List<string>();
        foreach (var rule in AlertFile.Rules)
        {
            await prometheus.QueryAsync(rule.Expression, ct);
            unanswered.AddRange(Unknown(rule.Expression, known).Select(name => $"{rule.Name}: there is no metric {name}"));
        }

        foreach (var query in DashboardFile.All.SelectMany(dashboard => dashboard.Queries))
        {
            unanswered.AddRange(Unknown(query.Expression, known).Select(name => $"{query}: there is no metric {name}"));
            if ((await prometheus.HistoryAsync(query.For("15s"), Minutes, ct)).Count == 0)
            {
                unanswered.Add($"{query}: stayed empty: {query.Expression}");
            }
        }

        return unanswered;
    }

    private static IEnumerable<string> Unknown(string expression, IReadOnlySet<string> known) =>
        PromQl.Metrics(expression).Where(name => !name.StartsWith("kube_", StringComparison.Ordinal) && !known.Contains(name));
}

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Keeps what would print URLs and headers, the web framework and the HTTP client, at warnings and above, whatever the configuration
/// asks for: a token may stand in either.
/// </summary>
internal static class LogFloor
{
    private static readonly string[] Talkative = ["Microsoft.AspNetCore", "System.Net"];

    public static void Raise(LoggerFilterOptions options)
    {
        for (var index = 0; index < options.Rules.Count; index++)
        {
            var rule = options.Rules[index];
            if (rule.LogLevel < LogLevel.Warning
                && rule.CategoryName is { Length: > 0 } category
                && Talkative.Any(name => Overlap(name, category)))
            {
                options.Rules[index] = new LoggerFilterRule(rule.ProviderName, category, LogLevel.Warning, rule.Filter);
            }
        }

        // A rule for one output alone, whatever its category, beats every rule for all outputs.
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).OfType<string>().Distinct().ToArray())
        {
            foreach (var name in Talkative)
            {
                options.Rules.Insert(0, new LoggerFilterRule(provider, name, LogLevel.Warning, filter: null));
            }
        }
    }

    /// <summary>Rules are prefixes that need not end at a dot, and a star may stand for anything.</summary>
    private static bool Overlap(string name, string category) =>
        category.Contains('*', StringComparison.Ordinal)
        || category.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(category, StringComparison.OrdinalIgnoreCase);
}

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Keeps what would print URLs and headers, the web framework and the HTTP client, at warnings and above, and silences what only strangers
/// would make speak, whatever the configuration asks for: of all outputs, or of one.
/// </summary>
internal static class LogFloor
{
    // A token may stand in either.
    private static readonly string[] Talkative = ["Microsoft.AspNetCore", "System.Net"];

    private static readonly string[] Silent =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics", // Would make an activity of every request, with the trace id that a stranger sent.
        "Microsoft.AspNetCore.Server.Kestrel.Http2", // What strangers do to their own connections is no news; some of it is called critical.
    ];

    public static void Raise(LoggerFilterOptions options)
    {
        var given = options.Rules.ToArray();
        options.Rules.Clear();
        foreach (var rule in given.Where(rule => !Silent.Any(name => Begins(rule.CategoryName, name))))
        {
            options.Rules.Add(Raised(rule));
        }

        // A rule for one output alone, whatever its category, beats every rule for all outputs.
        foreach (var provider in given.Select(rule => rule.ProviderName).Append(null).Distinct())
        {
            foreach (var name in provider is null ? [] : Talkative)
            {
                options.Rules.Insert(0, new LoggerFilterRule(provider, name, LogLevel.Warning, filter: null));
            }

            foreach (var name in Silent)
            {
                options.Rules.Add(new LoggerFilterRule(provider, name, LogLevel.None, filter: null));
            }
        }
    }

    private static LoggerFilterRule Raised(LoggerFilterRule rule)
    {
        if (rule.CategoryName is not { Length: > 0 } category)
        {
            return rule;
        }

        var mayBeAny = category.Contains('*', StringComparison.Ordinal);
        var isTalkative = mayBeAny || Talkative.Any(name => Begins(category, name) || Begins(name, category));
        return new LoggerFilterRule(
            rule.ProviderName,
            category,
            isTalkative && rule.LogLevel < LogLevel.Warning ? LogLevel.Warning : rule.LogLevel,
            mayBeAny ? NotSilent : rule.Filter); // The longest category wins, and a star makes it longer.
    }

    private static bool NotSilent(string? provider, string? category, LogLevel level) => !Silent.Any(name => Begins(category, name));

    /// <summary>Rules are prefixes that need not end at a dot.</summary>
    private static bool Begins(string? category, string name) => category?.StartsWith(name, StringComparison.OrdinalIgnoreCase) == true;
}

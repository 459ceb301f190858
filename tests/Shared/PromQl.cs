using System.Text.RegularExpressions;

namespace FederatedIdentity.Tests.Shared;

/// <summary>As much of Prometheus' query language as it takes to say which metrics an expression asks for.</summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> Words =
        ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset", "inf", "nan"];

    /// <summary>
    /// The names of metrics in an expression: what is no keyword and no function, and stands neither in braces, which hold labels and their
    /// values, nor among the labels that results are grouped by.
    /// </summary>
    public static IReadOnlySet<string> Metrics(string expression)
    {
        var bare = Text().Replace(expression, "");
        bare = Braces().Replace(bare, " ");
        bare = Durations().Replace(bare, " ");
        bare = Labels().Replace(bare, " ");
        return Name().Matches(bare).Select(match => match.Value).Where(name => !Words.Contains(name.ToLowerInvariant())).ToHashSet();
    }

    [GeneratedRegex("""
        "(\\.|[^"\\])*"
        """)]
    private static partial Regex Text();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Durations();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"(?<![\w.:])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()")]
    private static partial Regex Name();
}

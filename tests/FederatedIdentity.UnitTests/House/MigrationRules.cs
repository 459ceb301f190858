using System.Text.RegularExpressions;

namespace FederatedIdentity.UnitTests.House;

/// <summary>
/// What a migration must not do, since the release before it goes on working on the same tables, and users go on waiting for their locks.
/// docs/upgrades.md has the rules in words. Pure.
/// </summary>
internal static partial class MigrationRules
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly (Func<string, HashSet<string>, bool> Rule, string Says, bool Contracts)[] All =
    [
        ((text, _) => Drop().IsMatch(text), "takes something away", true),
        ((text, _) => Rename().IsMatch(text), "renames", true),
        ((text, _) => Retype().IsMatch(text), "changes a type", true),
        ((text, _) => Forbid().IsMatch(text), "forbids null", true),
        ((text, made) => OnOld(text, made) && Clauses(text).Any(clause => Demand().IsMatch(clause) && !clause.Contains(" default ", Ordinal)),
            "demands a value that the release before does not give", false),
        ((text, made) => OnOld(text, made) && Clauses(text).Any(clause => Rewrite().IsMatch(clause)), "writes every row anew", false),
        ((text, made) => OnOld(text, made) && Clauses(text).Any(clause => Constraint().IsMatch(clause) && !clause.Contains(" not valid", Ordinal)),
            "reads the whole table under a lock: add it as not valid, and validate it in the next file", false),
        ((text, made) => Index().Match(text) is { Success: true } index && !made.Contains(index.Groups[1].Value),
            "keeps writers out while an index is built: build it concurrently", false),
        ((text, _) => Rows().IsMatch(text), "changes rows, all at once: that is a chore of the server, in batches", false),
        ((text, _) => Hidden().IsMatch(text), "cannot be judged", false),
    ];

    /// <summary>
    /// What is wrong with a file. One that is named <c>0009_needs_0.4.0_….sql</c> may take away what that version, which was released,
    /// no longer uses.
    /// </summary>
    public static IEnumerable<string> Faults(string file, string sql, IReadOnlyCollection<Version> released)
    {
        var statements = Unquoted(sql).Split(';').Select(text => Space().Replace(text, " ").Trim()).Where(text => text.Length > 0).ToArray();
        var made = statements.SelectMany(text => Created().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();
        var isContraction = Needs().Match(file) is { Success: true } needs && released.Contains(Version.Parse(needs.Groups[1].Value));
        foreach (var statement in statements)
        {
            foreach (var (rule, says, contracts) in All)
            {
                if (rule(statement, made) && !(contracts && isContraction))
                {
                    yield return $"{says}: {statement}";
                }
            }
        }

        if (statements.Length > 1 && statements.Any(Concurrently().IsMatch))
        {
            yield return "an index that is built concurrently needs a file of its own, and a class that suppresses the transaction";
        }

        if (statements.SelectMany(text => Locked().Matches(text)).Select(match => match.Groups[1].Value).Distinct().Except(made).Count() > 1)
        {
            yield return "locks more than one table that users work on, and holds one while it waits for the next";
        }
    }

    private static bool OnOld(string statement, HashSet<string> made) =>
        Altered().Match(statement) is { Success: true } table && !made.Contains(table.Groups[1].Value);

    /// <summary>The clauses of an alter table; what is in parentheses divides none.</summary>
    private static IEnumerable<string> Clauses(string statement) => Comma().Split(Nested(statement)).Select(text => $"{text} ");

    private static string Nested(string text)
    {
        while (Parentheses().IsMatch(text))
        {
            text = Parentheses().Replace(text, "[]");
        }

        return text.Replace("[]", "()", Ordinal);
    }

    /// <summary>Lower case, without comments, texts and bodies of functions.</summary>
    private static string Unquoted(string sql) => Quoted().Replace(sql, match => match.Value[0] is '\'' ? "''" : " ").ToLowerInvariant();

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^create (?:unlogged )?table (?:if not exists )?(\S+)")]
    private static partial Regex Created();

    [GeneratedRegex(@"^\d{4}_needs_(\d+\.\d+\.\d+)_")]
    private static partial Regex Needs();

    [GeneratedRegex(@"\bdrop (?!not null)")]
    private static partial Regex Drop();

    [GeneratedRegex(@"\brename\b")]
    private static partial Regex Rename();

    [GeneratedRegex(@"\balter (?:column )?\S+ (?:set data )?type\b|^alter type\b")]
    private static partial Regex Retype();

    [GeneratedRegex(@"\bset not null\b")]
    private static partial Regex Forbid();

    [GeneratedRegex(@"\badd (?:column )?.*\bnot null\b")]
    private static partial Regex Demand();

    [GeneratedRegex(@"\badd (?:column )?.*(?:\bgenerated\b|\bdefault (?!now\(\))\w+ ?\()|\bset (?:un)?logged\b|\bset tablespace\b|\bset schema\b")]
    private static partial Regex Rewrite();

    [GeneratedRegex(@"\badd (?:constraint|primary key|unique|check|foreign key|exclude)\b|\badd (?:column )?.*\b(?:references|unique|check|primary key)\b")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"^create (?:unique )?index (?!concurrently)(?:if not exists )?\S+ on (?:only )?(\S+)")]
    private static partial Regex Index();

    [GeneratedRegex(@"^create (?:unique )?index concurrently")]
    private static partial Regex Concurrently();

    [GeneratedRegex(@"^(?:update|delete|truncate|merge|with|insert into .*\bselect|lock|cluster|reindex|vacuum)\b")]
    private static partial Regex Rows();

    [GeneratedRegex(@"^(?:do|call|select|execute|begin|commit|copy|create rule)\b")]
    private static partial Regex Hidden();

    [GeneratedRegex(@"^alter table (?:if exists )?(?:only )?(\S+)")]
    private static partial Regex Altered();

    [GeneratedRegex(@"^(?:alter table (?:if exists )?(?:only )?|create (?:or replace )?trigger .*? on )(\S+)")]
    private static partial Regex Locked();

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex(",")]
    private static partial Regex Comma();
}

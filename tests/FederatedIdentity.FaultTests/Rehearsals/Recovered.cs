using System.Globalization;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// What a backup and its use came to: how long it took with so many identities in it, how long to restore, for how long users were not
/// served, and what of all that was acknowledged before it is not true.
/// </summary>
internal sealed record Recovered(
    string What, long Identities, TimeSpan BackUp, TimeSpan Restore, TimeSpan Outage, IReadOnlyCollection<string> Violations)
{
    public const string Header = """
        | what | identities | backed up in | restored in | users without service |
        |---|---|---|---|---|
        """;

    public string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {What} | {Identities} | {BackUp.TotalSeconds:0.0} s | {Restore.TotalSeconds:0.0} s | {Outage.TotalSeconds:0.0} s |");
}

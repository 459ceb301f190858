using System.Globalization;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Tells whether the database has every migration this binary needs. Migrations of the next release do not disturb. One that takes away
/// what this version still uses names the version that it needs, and this version refuses to work.
/// </summary>
/// <remarks>docs/upgrades.md</remarks>
public sealed class SchemaVersion(NpgsqlDataSource database, PostgresConnection postgres)
{
    /// <summary>The number of the newest migration that this binary knows.</summary>
    public static int Needed { get; } = NumberOf(MigrationIds.Known);

    /// <summary>The number of the newest migration that the database had when it was last asked; null before.</summary>
    public int? Found { get; private set; }

    private static Version Own { get; } = typeof(SchemaVersion).Assembly.GetName().Version ?? new Version();

    /// <summary>
    /// Throws an <see cref="InvalidOperationException"/> when the database turns out to be reached in another way than was thought, or
    /// is too new.
    /// </summary>
    public async Task<bool> IsCurrentAsync(CancellationToken ct)
    {
        if (postgres.IsGuess && Pooler.IsInFrontOf(postgres) is true)
        {
            throw new InvalidOperationException(
                "A pooler leads to PostgreSQL, and nobody answered at start. Start again, or set FederatedIdentity:Postgres:PgBouncer to true.");
        }

        var applied = await MigrationIds.AppliedAsync(database, ct);
        Found = NumberOf(applied);
        if (applied.Except(MigrationIds.Known).FirstOrDefault(NeedsNewer) is { } contraction)
        {
            throw new InvalidOperationException(
                $"The database schema is too new for this version, {Own.ToString(3)}: {contraction[10..]} took away what it uses. "
                + "Run a newer version.");
        }

        return !MigrationIds.Known.Except(applied).Any();
    }

    /// <summary>The oldest version that can work after a migration, as its name says: <c>0009_needs_0.4.0_drop_something</c>.</summary>
    internal static Version? NeededBy(string migration) =>
        migration.Split('_') is [_, "needs", var version, ..] && Version.TryParse(version, out var needed) ? needed : null;

    /// <summary>The highest number of a migration; ids are fourteen digits and a name. 0 of none.</summary>
    private static int NumberOf(IEnumerable<string> migrations) => migrations
        .Select(id => int.TryParse(id.Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
        .DefaultIfEmpty(0)
        .Max();

    private static bool NeedsNewer(string migration) => NeededBy(migration) is { } needed && needed > Own;
}

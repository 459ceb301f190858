using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Which migrations this binary has, and which a database has. Asked without EF, whose model a replica that starts would build for
/// nothing else: that is a fifth of the time until it is ready, and of its memory while it idles.
/// </summary>
internal static class MigrationIds
{
    private const string AppliedSql = """select "MigrationId" from "__EFMigrationsHistory" """;
    private const string Folder = "migrations/";
    private const string Extension = ".sql";

    // A migration's id is its file's name after as many zeros as a timestamp would have digits more.
    private const string Zeros = "0000000000";

    public static IReadOnlyList<string> Known { get; } =
    [
        .. typeof(MigrationIds).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => Zeros + name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>None of a database that was never migrated.</summary>
    public static async Task<IReadOnlyList<string>> AppliedAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        var applied = new List<string>();
        try
        {
            await using var command = database.CreateCommand(AppliedSql);
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                applied.Add(rows.GetString(0));
            }
        }
        catch (PostgresException absent) when (absent.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }

        return applied;
    }
}

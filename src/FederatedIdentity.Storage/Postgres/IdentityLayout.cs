using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// In how many hash partitions a database keeps identities and logins; none: plain tables. That is chosen once, by the first run of
/// <c>migrate</c>. Nothing else has to know, because every statement is right for either.
/// </summary>
/// <remarks>docs/decisions/0016-partitions-are-chosen-once.md</remarks>
public static class IdentityLayout
{
    /// <summary>A statement that names no key visits all of them, so more cost more.</summary>
    public const int MostPartitions = 256;

    public const string Setting = "FederatedIdentity:Postgres:Partitions";

    /// <summary>The migration that makes either layout.</summary>
    internal const string Migration = "00000000000006_login_owner";

    private const string FoundSql = "select count(*)::integer from pg_inherits where inhparent = to_regclass('identity')";
    private const string HasTablesSql = "select to_regclass('identity') is not null";
    private const string HasIdentitiesSql = "select exists (select from identity)";

    /// <summary>How many partitions there are. 0 of plain tables, and of an empty database.</summary>
    public static async Task<int> FindAsync(NpgsqlConnection connection, CancellationToken ct) =>
        await AskAsync<int>(connection, FoundSql, ct);

    public static string Describe(int partitions) => partitions == 0 ? "plain tables" : $"{partitions} partitions";

    /// <summary>
    /// How many partitions there are, or will be. Throws an <see cref="InvalidOperationException"/> when what is <paramref name="wanted"/>
    /// cannot be.
    /// </summary>
    internal static async Task<int> DecideAsync(NpgsqlConnection connection, int? wanted, bool isChosen, CancellationToken ct)
    {
        if (wanted is < 0 or 1 or > MostPartitions)
        {
            throw new InvalidOperationException($"{Setting} has to be 0, for plain tables, or 2 to {MostPartitions}.");
        }

        var found = await FindAsync(connection, ct);
        var isInUse = isChosen
            || (await AskAsync<bool>(connection, HasTablesSql, ct) && await AskAsync<bool>(connection, HasIdentitiesSql, ct));
        if (isInUse && wanted is { } other && other != found)
        {
            throw new InvalidOperationException(
                $"This database keeps identities in {Describe(found)}, and {Setting} asks for {Describe(other)}. That is chosen when an "
                + "empty database is migrated for the first time; docs/scaling.md says how to move to another one. Nothing was changed.");
        }

        return isInUse ? found : wanted ?? 0;
    }

    private static async Task<T> AskAsync<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }
}

using System.Reflection;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// Whether the database can be asked, and which migrations it has: those that are <paramref name="Pending"/> this version needs, the
/// <paramref name="Foreign"/> ones it does not know. <paramref name="Fault"/>: why it could not be asked.
/// </summary>
internal sealed record DatabaseState(
    string? Fault, IReadOnlyList<string> Applied, IReadOnlyList<string> Pending, IReadOnlyList<string> Foreign)
{
    // Without EF, which takes a second of a processor to say the same.
    private const string HasHistorySql = """select to_regclass('"__EFMigrationsHistory"') is not null""";
    private const string HistorySql = """select "MigrationId" from "__EFMigrationsHistory" order by "MigrationId" """;

    private static readonly string[] _known =
    [
        .. typeof(ControlPlaneDb).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Null when our tables can be read.</summary>
    public string? WhyNoTables =>
        Fault is not null ? "the database cannot be asked"
        : Pending.Count > 0 ? "the schema is not current yet"
        : null;

    public static async Task<DatabaseState> AskAsync(Subject subject)
    {
        if (subject.Postgres is null)
        {
            return new("it is not configured", [], [], []);
        }

        try
        {
            var applied = await ReadAppliedAsync(subject.DataSource);
            return new(null, applied, [.. _known.Except(applied)], [.. applied.Except(_known)]);
        }
        catch (Exception failure) when (PostgresFailure.IsOutage(failure) || failure is NpgsqlException)
        {
            return new(Checks.Words(failure), [], [], []);
        }
    }

    private static async Task<List<string>> ReadAppliedAsync(NpgsqlDataSource database)
    {
        var applied = new List<string>();
        await using var connection = await database.OpenConnectionAsync();
        await using var question = new NpgsqlCommand(HasHistorySql, connection);
        if (await question.ExecuteScalarAsync() is not true)
        {
            return applied;
        }

        await using var command = new NpgsqlCommand(HistorySql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            applied.Add(rows.GetString(0));
        }

        return applied;
    }
}

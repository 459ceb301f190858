using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether PostgreSQL answers, takes writes, is new enough, stores Unicode, and how long an answer takes.</summary>
internal sealed class DatabaseCheck : ICheck
{
    private const int OldestVersion = 140_000;
    private const int Questions = 10;
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(5);

    private const string Sql = """
        select current_setting('server_version_num')::int, current_setting('server_version'), pg_is_in_recovery(),
            current_setting('transaction_read_only'), current_setting('server_encoding')
        """;

    public string Name => "database";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (await subject.DatabaseAsync() is { Fault: { } fault })
        {
            findings.Fail(Name, fault, "Correct ConnectionStrings:Postgres, or let PostgreSQL and the way to it work; see docs/postgresql.md.");
            return;
        }

        await using var connection = await subject.DataSource.OpenConnectionAsync(ct);
        findings.Ok(Name, $"answers at {connection.Host}:{connection.Port}");
        await LookAsync(connection, findings, ct);
        await MeasureAsync(connection, findings, ct);
    }

    private static async Task LookAsync(NpgsqlConnection connection, Findings findings, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        Require(
            row.GetInt32(0) >= OldestVersion, findings, "database version", $"PostgreSQL {row.GetString(1)}",
            "Upgrade it: 14 is the oldest that is supported.");
        Require(
            !row.GetBoolean(2) && row.GetString(3) == "off", findings, "database writes",
            row.GetBoolean(2) ? "a standby answers" : row.GetString(3) == "off" ? "a primary answers" : "it is read-only",
            "Name the primary, or all hosts with Target Session Attributes=read-write; or clear default_transaction_read_only.");
        Require(
            row.GetString(4) == "UTF8", findings, "database encoding", row.GetString(4),
            "Create the database with encoding 'UTF8': names and user ids of providers are Unicode.");
    }

    private static void Require(bool right, Findings findings, string check, string detail, string advice)
    {
        if (right)
        {
            findings.Ok(check, detail);
        }
        else
        {
            findings.Fail(check, detail, advice);
        }
    }

    private static async Task MeasureAsync(NpgsqlConnection connection, Findings findings, CancellationToken ct)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Questions; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(ct);
            times.Add(Stopwatch.GetElapsedTime(asked));
        }

        times.Sort();
        findings.WarnIf(
            times[Questions / 2] > _slow, "database latency", $"{Milliseconds(times[0])} at best, {Milliseconds(times[Questions / 2])} as a rule",
            "A call makes one to three round trips: run replicas near the primary.");
    }

    internal static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}

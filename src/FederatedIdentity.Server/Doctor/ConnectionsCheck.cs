using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>How replicas are connected to PostgreSQL: directly or through a pooler, encrypted or not, and whether all of them fit.</summary>
internal sealed class ConnectionsCheck : ICheck
{
    private const int Others = 2; // Beside its pool, a replica probes and reads changes.

    private const string Sql = """
        select pg_backend_pid(), current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int,
            coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false), current_setting('statement_timeout')
        """;

    public string Name => "database connections";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (await subject.DatabaseAsync() is { Fault: not null })
        {
            findings.Skip(Name, "the database cannot be asked");
            return;
        }

        var settings = new NpgsqlConnectionStringBuilder(subject.Postgres!.ConnectionString);
        await using var connection = await subject.DataSource.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var pooler = row.GetInt32(0) != connection.ProcessID;
        CheckPooler(subject, pooler, row.GetString(4), findings);
        CheckEncryption(settings, pooler, row.GetBoolean(3), findings);
        if (pooler)
        {
            findings.Ok(Name, "shared by a pooler, whose limits count");
            return;
        }

        var replicas = await ReplicasAsync(subject);
        var needed = (replicas + 1) * (settings.MaxPoolSize + Others) + row.GetInt32(2);
        findings.WarnIf(
            needed >= row.GetInt32(1), Name,
            $"{needed} for {replicas} replicas and one more while they are replaced; max_connections is {row.GetInt32(1)}",
            "Raise max_connections, lower Maximum Pool Size, or put PgBouncer in between; see docs/postgresql.md.");
    }

    private static void CheckPooler(Subject subject, bool found, string statementTimeout, Findings findings)
    {
        const string Check = "database pooler";
        if (found && !subject.Postgres!.PgBouncer)
        {
            findings.Fail(Check, "a pooler answers, and is taken for PostgreSQL itself",
                "Set FederatedIdentity:Postgres:PgBouncer to true, or leave it out.");
        }
        else
        {
            findings.WarnIf(
                found && statementTimeout == "0", Check, found ? "a pooler, in transaction mode" : "none, PostgreSQL itself answers",
                "Give the role its statement_timeout, lock_timeout and idle_in_transaction_session_timeout; see docs/postgresql.md.");
        }
    }

    private static void CheckEncryption(NpgsqlConnectionStringBuilder settings, bool pooler, bool encrypted, Findings findings)
    {
        const string Check = "database TLS";
        var isVerified = settings.SslMode is SslMode.VerifyCA or SslMode.VerifyFull;
        var isLocal = (settings.Host ?? "").Split(',').All(host => host is "localhost" or "127.0.0.1" or "::1" || host.StartsWith('/'));
        var isEncrypted = pooler ? settings.SslMode >= SslMode.Require : encrypted;
        findings.WarnIf(
            !isLocal && !(isEncrypted && isVerified), Check,
            (isEncrypted, isVerified) switch
            {
                (true, true) => "encrypted, and the server proves who it is",
                (true, false) => "encrypted, but whoever answers is believed to be the server",
                _ => isLocal ? "not encrypted, on this machine" : "not encrypted",
            },
            "Put SSL Mode=VerifyFull and Root Certificate=<file> into the connection string.");
    }

    private static async Task<int> ReplicasAsync(Subject subject) =>
        (await subject.RedisAsync()).Facts is { Replicas: > 0 and var counted } ? counted
        : subject.Configuration["FederatedIdentity:RateLimits:Replicas"] is { } said && int.TryParse(said, out var replicas) ? replicas
        : 1;
}

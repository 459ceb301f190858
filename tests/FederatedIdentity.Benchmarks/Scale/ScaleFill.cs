using System.Diagnostics;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>Fills a migrated database by COPY: rows first, then indexes, then statistics.</summary>
internal sealed class ScaleFill(ScaleCluster cluster, string database, ScaleShape shape, bool isPartitioned)
{
    private const string IdentityColumns = "identity (id, pool_id, state, version, created_at, modified_at, last_used_at)";
    private const string LoginColumns = "login (pool_id, kind, provider, subject, full_subject, identity_id, created_at)";
    private const string OwnerColumns = "login_owner (pool_id, kind, provider, subject, identity_id)";

    private static readonly DateTime _start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Seconds of each step.</summary>
    public Dictionary<string, double> Seconds { get; } = [];

    public async Task RunAsync()
    {
        await cluster.RunAsync(database, PoolsSql());
        var parts = await ScaleSchema.StripAsync(cluster, database);
        await StepAsync("identities", FillIdentitiesAsync);
        await StepAsync("their indexes", () => ScaleSchema.RestoreAsync(
            cluster, database, parts.Where(part => part.Table == "identity" && !part.IsForeign)));

        // The key is checked row by row while it is made, and for each partition against all others: now there is nothing to check yet.
        await StepAsync("foreign keys", () => ScaleSchema.RestoreAsync(cluster, database, parts.Where(part => part.IsForeign)));
        await StepAsync("logins", () => Task.WhenAll(LoginCopies()));
        await StepAsync("their indexes and keys", () => ScaleSchema.RestoreAsync(
            cluster, database, parts.Where(part => part.Table != "identity" && !part.IsForeign)));
        await StepAsync("vacuum and statistics", () => cluster.RunAsync(database, "vacuum (analyze)"));
    }

    /// <summary>Adds identities to one pool, with all indexes and triggers in place, as if they had come by themselves.</summary>
    public async Task AddAsync(string pool, long first, long count)
    {
        await using var connection = await cluster.ConnectAsync(database);
        await CopyAsync(connection, IdentityColumns, "", copy => WriteIdentitiesAsync(copy, first, count, _ => pool));
        await CopyAsync(connection, LoginColumns, "", copy => WriteLoginsAsync(copy, first, count, _ => pool, isOwner: false));
    }

    private Task FillIdentitiesAsync() => TruncatedAsync(IdentityColumns, async copy =>
    {
        await WriteIdentitiesAsync(copy, 0, shape.Identities, shape.PoolOf);
        await IdentityAsync(copy, shape.Popular, shape.LargestPool, IdentityState.Authenticated, _start);
    });

    private IEnumerable<Task> LoginCopies()
    {
        yield return TruncatedAsync(LoginColumns, copy => LoginsAsync(copy, isOwner: false));
        if (isPartitioned)
        {
            yield return TruncatedAsync(OwnerColumns, copy => LoginsAsync(copy, isOwner: true));
        }

        async Task LoginsAsync(NpgsqlBinaryImporter copy, bool isOwner)
        {
            await WriteLoginsAsync(copy, 0, shape.Identities, shape.PoolOf, isOwner);
            for (var user = 0; user < ScaleShape.ManyUsers; user++)
            {
                var login = new Login(LoginKind.Developer, ScaleShape.DeveloperProvider, ScaleShape.ManyUser(user));
                await LoginAsync(copy, login, shape.Popular, shape.LargestPool, _start, isOwner);
            }
        }
    }

    /// <summary>A table that was emptied in the same transaction is written without a log, and already frozen where that can be.</summary>
    private async Task TruncatedAsync(string columns, Func<NpgsqlBinaryImporter, Task> write)
    {
        var table = columns.Split(' ')[0];
        await using var connection = await cluster.ConnectAsync(database);
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var sql in new[] { $"truncate {table}", "set local session_replication_role = replica" }) // No triggers.
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        await CopyAsync(connection, columns, isPartitioned ? "" : ", freeze", write);
        await transaction.CommitAsync();
    }

    private static async Task CopyAsync(
        NpgsqlConnection connection, string columns, string option, Func<NpgsqlBinaryImporter, Task> write)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy {columns} from stdin (format binary{option})");
        await write(copy);
        await copy.CompleteAsync();
    }

    private async Task WriteIdentitiesAsync(NpgsqlBinaryImporter copy, long first, long count, Func<long, string> poolOf)
    {
        for (var number = first; number < first + count; number++)
        {
            var state = shape.LoginsOf(number) == 0 ? IdentityState.Unauthenticated : IdentityState.Authenticated;
            await IdentityAsync(copy, ScaleShape.IdOf(number), poolOf(number), state, CreatedAt(number));
        }
    }

    private async Task WriteLoginsAsync(NpgsqlBinaryImporter copy, long first, long count, Func<long, string> poolOf, bool isOwner)
    {
        for (var number = first; number < first + count; number++)
        {
            for (var ordinal = 0; ordinal < shape.LoginsOf(number); ordinal++)
            {
                var login = shape.LoginOf(number, ordinal);
                await LoginAsync(copy, login, ScaleShape.IdOf(number), poolOf(number), CreatedAt(number), isOwner);
            }
        }
    }

    private static async Task IdentityAsync(NpgsqlBinaryImporter copy, string id, string pool, IdentityState state, DateTime at)
    {
        await copy.StartRowAsync();
        await copy.WriteAsync(id, NpgsqlDbType.Text);
        await copy.WriteAsync(pool, NpgsqlDbType.Text);
        await copy.WriteAsync((short)state, NpgsqlDbType.Smallint);
        await copy.WriteAsync(1, NpgsqlDbType.Integer);
        await copy.WriteAsync(at, NpgsqlDbType.TimestampTz);
        await copy.WriteAsync(at, NpgsqlDbType.TimestampTz);
        await copy.WriteAsync(at, NpgsqlDbType.TimestampTz);
    }

    private static async Task LoginAsync(NpgsqlBinaryImporter copy, Login login, string id, string pool, DateTime at, bool isOwner)
    {
        var subject = StoredSubject.Of(login.Subject);
        await copy.StartRowAsync();
        await copy.WriteAsync(pool, NpgsqlDbType.Text);
        await copy.WriteAsync((short)login.Kind, NpgsqlDbType.Smallint);
        await copy.WriteAsync(login.Provider, NpgsqlDbType.Text);
        await copy.WriteAsync(subject.Subject, NpgsqlDbType.Text);
        if (isOwner)
        {
            await copy.WriteAsync(id, NpgsqlDbType.Text);
            return;
        }

        if (subject.FullSubject is { } full)
        {
            await copy.WriteAsync(full, NpgsqlDbType.Bytea);
        }
        else
        {
            await copy.WriteNullAsync();
        }

        await copy.WriteAsync(id, NpgsqlDbType.Text);
        await copy.WriteAsync(at, NpgsqlDbType.TimestampTz);
    }

    private string PoolsSql() => $$"""
        insert into account (id, created_at) values ('{{ScaleShape.AccountId}}', now()) on conflict do nothing;
        insert into identity_pool (id, account_id, name, allow_unauthenticated, allow_classic_flow, developer_provider_name,
            supported_login_providers, cognito_identity_providers, open_id_connect_provider_arns, saml_provider_arns, version, created_at,
            modified_at)
        select id, '{{ScaleShape.AccountId}}', 'scale ' || n, true, true, '{{ScaleShape.DeveloperProvider}}',
            '{"graph.facebook.com":"123456789012345"}', '[]',
            array['arn:aws:iam::{{ScaleShape.AccountId}}:oidc-provider/{{shape.Issuer}}'], '{}', 1, now(), now()
        from unnest(array['{{string.Join("','", shape.Pools)}}']) with ordinality as pools (id, n)
        """;

    private static DateTime CreatedAt(long number) => _start.AddMilliseconds(number % 20_000_000_000); // Most of a year.

    private async Task StepAsync(string name, Func<Task> step)
    {
        var began = Stopwatch.GetTimestamp();
        await step();
        Seconds[name] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"{database}: {name} in {Seconds[name]:0} s"));
    }
}

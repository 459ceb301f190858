using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests;

/// <summary>Moves a database into partitions by the commands of docs/scaling.md as they stand there, and loses nothing.</summary>
[Collection(nameof(Faults))]
public sealed partial class MovingTests
{
    private const string Plain = "plain";
    private const string Divided = "divided";
    private const string Provider = "login.moving.example";
    private const string Stop = "# stop the replicas\n";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> _owners = [];
    private string _pool = "";

    [Fact]
    public async Task By_a_dump()
    {
        await using var postgres = await PreparedAsync();
        await UsedAsync(postgres, client => LiveAsync(client, 0, 12));

        // All but the migration, which was one of its own settings.
        await RunAsync(postgres, string.Join('\n', Script("pg_dump").Split('\n').Skip(1)));

        await ProveAsync(postgres);
    }

    [Fact]
    public async Task By_a_subscription_while_users_come_and_merge()
    {
        await using var postgres = await PreparedAsync("wal_level=logical");
        var connection = $"host=127.0.0.1 port={postgres.Port} dbname={Plain} user={PostgresNode.User} password={Password(postgres)}";
        var script = Script("create subscription").Replace("host=… dbname=plain user=…", connection, StringComparison.Ordinal);
        var (before, after) = (script[..script.IndexOf(Stop, StringComparison.Ordinal)], script[script.IndexOf(Stop, StringComparison.Ordinal)..]);
        var functions = before.Split('\n').Where(line => line.Contains("() {", StringComparison.Ordinal));
        await UsedAsync(postgres, async client =>
        {
            await LiveAsync(client, 0, 12);
            var copying = RunAsync(postgres, before);
            await LiveAsync(client, 12, 24);
            await copying;
            await LiveAsync(client, 24, 36);
        });

        await RunAsync(postgres, string.Join('\n', [.. functions, after]));

        await ProveAsync(postgres);
    }

    private static string Section { get; } = SectionOf(File.ReadAllText(Path.Combine(Peer.RepositoryRoot, "docs", "scaling.md")));

    private static string SectionOf(string text) =>
        text[text.IndexOf("### Moving\n", StringComparison.Ordinal)..text.IndexOf("## Vacuum\n", StringComparison.Ordinal)];

    private static string Script(string that) =>
        Blocks().Matches(Section).Select(block => block.Groups[1].Value).Single(block => block.Contains(that, StringComparison.Ordinal));

    private static string Password(PostgresNode postgres) => new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString).Password!;

    private static Dictionary<string, string?> Settings(PostgresNode postgres, string database, params (string Name, string Value)[] more)
    {
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = database };
        var settings = TestServer.Settings(connection.ConnectionString, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    private static async Task<PostgresNode> PreparedAsync(params string[] settings)
    {
        var postgres = await PostgresNode.CreateAsync(settings);
        await postgres.ExecuteAsync($"create database {Plain}");
        await postgres.ExecuteAsync($"create database {Divided}");
        await TestServer.MigrateAsync(Settings(postgres, Plain));
        await TestServer.MigrateAsync(Settings(postgres, Divided, ("FederatedIdentity__Postgres__Partitions", "8")));
        return postgres;
    }

    private static async Task RunAsync(PostgresNode postgres, string script)
    {
        var folder = Directory.CreateTempSubdirectory("federated-identity-moving-");
        var (status, output, complaints) = await Bash.RunAsync(
            ["-euo", "pipefail", "-c", script], postgres.ConnectionString, folder.FullName, ("PGOPTIONS", "--client-min-messages=warning"));
        folder.Delete(recursive: true);
        Assert.True((status, complaints) == (0, ""), $"{output}\n{complaints}");
    }

    /// <summary>A replica on the plain database, and what becomes of its users.</summary>
    private async Task UsedAsync(PostgresNode postgres, Func<WireClient, Task> use)
    {
        await using var server = await ServerProcess.StartAsync(Settings(postgres, Plain));
        using var client = TestServer.Client(server);
        _pool = (await OkAsync(client, "CreateIdentityPool", new
        {
            IdentityPoolName = "moving", AllowUnauthenticatedIdentities = true, DeveloperProviderName = Provider,
        }))["IdentityPoolId"];
        await use(client);
    }

    /// <summary>Of each four users the second merges into the first, the third is unlinked and comes back, and the fourth is deleted.</summary>
    private async Task LiveAsync(WireClient client, int from, int to)
    {
        for (var user = from; user < to; user++)
        {
            await OkAsync(client, "GetId", new { IdentityPoolId = _pool });
            _owners[$"u{user}"] = await ComeAsync(client, $"u{user}");
            switch (user % 4)
            {
                case 1:
                    var merged = await OkAsync(client, "MergeDeveloperIdentities", new
                    {
                        SourceUserIdentifier = $"u{user - 1}", DestinationUserIdentifier = $"u{user}",
                        DeveloperProviderName = Provider, IdentityPoolId = _pool,
                    });
                    _owners[$"u{user}"] = _owners[$"u{user - 1}"] = merged["IdentityId"];
                    break;
                case 2:
                    await OkAsync(client, "UnlinkDeveloperIdentity", new
                    {
                        IdentityId = _owners[$"u{user}"], IdentityPoolId = _pool, DeveloperProviderName = Provider,
                        DeveloperUserIdentifier = $"u{user}",
                    });
                    _owners[$"u{user}"] = await ComeAsync(client, $"u{user}");
                    break;
                case 3:
                    await OkAsync(client, "DeleteIdentities", new { IdentityIdsToDelete = new[] { _owners[$"u{user}"] } });
                    _owners.Remove($"u{user}");
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The proof of the document says that nothing is missing; then a replica goes on where the other one stopped.</summary>
    private async Task ProveAsync(PostgresNode postgres)
    {
        var proof = Script("hashtext");
        var rows = await Task.WhenAll(new[] { Plain, Divided }.Select(database => postgres.ScalarAsync(
            $"select row_to_json(proof)::text from ({proof.TrimEnd().TrimEnd(';')}) as proof (a, b, c, d, e, f)", database)));
        Assert.Equal(rows[0], rows[1]);

        await using var server = await ServerProcess.StartAsync(Settings(postgres, Divided));
        using var client = TestServer.Client(server);
        foreach (var (user, owner) in _owners)
        {
            var found = await OkAsync(client, "LookupDeveloperIdentity", new { IdentityPoolId = _pool, DeveloperUserIdentifier = user });
            Assert.Equal(owner, found["IdentityId"]);
            Assert.Equal(owner, await ComeAsync(client, user));
        }

        await ComeAsync(client, "after");
        await OkAsync(client, "CreateIdentityPool", new { IdentityPoolName = "after", AllowUnauthenticatedIdentities = true });
        await OkAsync(client, "UpdateIdentityPool", new
        {
            IdentityPoolId = _pool, IdentityPoolName = "moved", AllowUnauthenticatedIdentities = true, DeveloperProviderName = Provider,
        });
        Assert.Equal(2L, await postgres.ScalarAsync("select count(distinct sequence) from identity_pool", Divided));
        Assert.Equal(0L, await postgres.ScalarAsync("select count(*) - count(distinct sequence) from identity", Divided));
        Assert.Equal(0L, await postgres.ScalarAsync("select count(*) - count(distinct n) from pool_change", Divided));
        Assert.Equal(0L, await postgres.ScalarAsync(
            "select count(*) from login l full join login_owner o using (pool_id, kind, provider, subject, identity_id) "
            + "where l.created_at is null or o.tableoid is null",
            Divided));
    }

    private async Task<string> ComeAsync(WireClient client, string user) =>
        (await OkAsync(client, "GetOpenIdTokenForDeveloperIdentity", new
        {
            IdentityPoolId = _pool, Logins = new Dictionary<string, string> { [Provider] = user },
        }))["IdentityId"];

    private static async Task<WireAnswer> OkAsync(WireClient client, string operation, object input)
    {
        var answer = await client.CallAsync(operation, input);
        Assert.True(answer.Ok, $"{operation}: {answer.Text}");
        return answer;
    }

    [GeneratedRegex("```(?:bash|sql)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}

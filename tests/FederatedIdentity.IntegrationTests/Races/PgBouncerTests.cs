using System.Globalization;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Races;

/// <summary>Two servers on a PgBouncer in transaction mode, which has four connections for all of theirs.</summary>
public sealed class PgBouncerTests : IAsyncLifetime
{
    private const int Servers = 2;
    private const int Callers = 12;
    private const string Developer = "login.bouncer.example";

    private readonly List<ServerProcess> _servers = [];
    private readonly List<WireClient> _clients = [];
    private TestDatabase? _database;
    private PgBouncerProcess? _bouncer;
    private TokenMint? _mint;
    private string _pool = "";

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _mint = await TokenMint.StartAsync();
        _bouncer = await PgBouncerProcess.StartAsync(_database.ConnectionString);
        for (var server = 0; server < Servers; server++)
        {
            var settings = TestServer.Settings(_bouncer.ConnectionString, ServerProcess.FreePort(), "http://127.0.0.1:8080");
            settings["FederatedIdentity__Postgres__PgBouncer"] = server == 0 ? "true" : null; // The other one finds out.
            TestServer.Register(settings, _mint.Issuer, TokenMint.ClientId);
            if (server == 0)
            {
                await TestServer.MigrateAsync(settings);
            }

            _servers.Add(await ServerProcess.StartAsync(settings));
            _clients.Add(TestServer.Client(_servers[server]));
        }

        _pool = (await OkAsync(0, "CreateIdentityPool", new
        {
            IdentityPoolName = "bouncer",
            AllowUnauthenticatedIdentities = true,
            AllowClassicFlow = true,
            DeveloperProviderName = Developer,
            OpenIdConnectProviderARNs = new[] { _mint.Arn },
        }))["IdentityPoolId"];
    }

    [Fact]
    public async Task Who_answers_is_found_out()
    {
        Assert.True(PostgresConnection.Find(_bouncer!.ConnectionString) is { PgBouncer: true, IsGuess: false });
        Assert.True(PostgresConnection.Find(_database!.ConnectionString) is { PgBouncer: false, IsGuess: false });
        var nobody = PostgresConnection.Find($"Host=127.0.0.1;Port={ServerProcess.FreePort()};Username=nobody;Password=none");
        Assert.True(nobody is { PgBouncer: false, IsGuess: true });

        var wrong = PostgresConnection.Of(_bouncer.ConnectionString) with { IsGuess = true };
        var end = await Assert.ThrowsAsync<InvalidOperationException>(() => new SchemaVersion(null!, wrong).IsCurrentAsync(default));
        Assert.Contains("Start again", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_of_call_works_for_many_at_once()
    {
        using var iam = new QueryClient(_servers[0].BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        var role = await iam.RoleAsync(
            StsCalls.PoolTrust(_pool, "*"), StsCalls.Allow(new { Action = "cognito-identity:ListIdentityPools", Resource = "*" }));
        var roles = new { authenticated = role, unauthenticated = role };
        await OkAsync(0, "SetIdentityPoolRoles", new { IdentityPoolId = _pool, Roles = roles });

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(TourAsync));

        Assert.Equal(0, await _database!.CountAsync(
            "identity i where (state = 1) <> exists (select from login l where l.identity_id = i.id)"));
        AssertNoStatementWasShared();
    }

    [Fact]
    public async Task A_login_has_one_owner_whoever_races_for_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
            OkAsync(caller, "GetId", new { IdentityPoolId = _pool, Logins = _mint!.Login($"user {caller % 3}") })));

        Assert.Equal(3, answers.Select(answer => answer["IdentityId"]).Distinct().Count());
        Assert.Equal(3, await _database!.CountAsync("login"));
        AssertNoStatementWasShared();
    }

    [Fact]
    public async Task A_restart_of_PgBouncer_is_a_matter_of_moments_and_loses_nothing_that_was_acknowledged()
    {
        using var enough = new CancellationTokenSource();
        var acknowledged = Enumerable.Range(0, 16).Select(async caller =>
        {
            var ids = new List<string>();
            while (!enough.IsCancellationRequested)
            {
                var answer = await _clients[caller % Servers].CallAsync("GetId", new { IdentityPoolId = _pool });
                if (answer.Ok)
                {
                    ids.Add(answer["IdentityId"]);
                }
                else
                {
                    Assert.Contains(answer.Error, new[] { "InternalErrorException", "TooManyRequestsException" });
                }
            }

            return ids;
        }).ToArray();
        await CountAtLeastAsync(100);

        await _bouncer!.Program.KillAsync();
        await _bouncer.Program.StartAsync();
        await CountAtLeastAsync(await _database!.CountAsync("identity") + 100);

        await enough.CancelAsync();
        var ids = (await Task.WhenAll(acknowledged)).SelectMany(list => list).ToArray();
        Assert.Equal(ids.Length, await _database.CountAsync(
            $"identity where id = any (array[{string.Join(',', ids.Select(id => $"'{id}'"))}])"));
        AssertNoStatementWasShared();
    }

    [Fact]
    public async Task Migrators_take_turns_behind_PgBouncer_too()
    {
        await using var another = await TestDatabase.CreateAsync();
        var through = new NpgsqlConnectionStringBuilder(_bouncer!.ConnectionString)
        {
            Database = new NpgsqlConnectionStringBuilder(another.ConnectionString).Database,
        };

        // Each takes two of the four connections: one for its turn, one for its work.
        var applied = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new SchemaMigrator(
            PostgresConnection.Of(through.ConnectionString, pgBouncer: true), NullLogger<SchemaMigrator>.Instance).MigrateAsync(default)));

        Assert.Equal(2, applied.Count(migrations => migrations == 0));
        Assert.Equal(0, await another.CountAsync("pg_locks where locktype = 'advisory'"));
    }

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await _bouncer!.DisposeAsync();
        await _mint!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    private async Task TourAsync(int caller)
    {
        var name = caller.ToString(CultureInfo.InvariantCulture);
        var login = _mint!.Login("tour " + name);
        var guest = (await OkAsync(caller, "GetId", new { IdentityPoolId = _pool }))["IdentityId"];
        await OkAsync(caller, "GetCredentialsForIdentity", new { IdentityId = guest });
        await OkAsync(caller + 1, "GetOpenIdToken", new { IdentityId = guest, Logins = login });
        Assert.Equal(guest, (await OkAsync(caller, "GetId", new { IdentityPoolId = _pool, Logins = login }))["IdentityId"]);
        await OkAsync(caller, "GetCredentialsForIdentity", new { IdentityId = guest, Logins = login });

        var own = (await DeveloperAsync(caller, "a" + name))["IdentityId"];
        await DeveloperAsync(caller + 1, "b" + name);
        await OkAsync(caller, "MergeDeveloperIdentities", new
        {
            IdentityPoolId = _pool,
            DeveloperProviderName = Developer,
            SourceUserIdentifier = "b" + name,
            DestinationUserIdentifier = "a" + name,
        });
        await OkAsync(caller, "LookupDeveloperIdentity", new { IdentityPoolId = _pool, IdentityId = own });
        await OkAsync(caller, "UnlinkDeveloperIdentity", new
        {
            IdentityPoolId = _pool, IdentityId = own, DeveloperProviderName = Developer, DeveloperUserIdentifier = "b" + name,
        });
        await OkAsync(caller, "UnlinkIdentity", new { IdentityId = guest, Logins = login, LoginsToRemove = login.Keys });
        await OkAsync(caller, "DescribeIdentity", new { IdentityId = own });
        await OkAsync(caller, "ListIdentities", new { IdentityPoolId = _pool, MaxResults = 10 });
        await OkAsync(caller, "DeleteIdentities", new { IdentityIdsToDelete = new[] { own } });
        var pool = (await OkAsync(
            caller, "CreateIdentityPool", new { IdentityPoolName = "p" + name, AllowUnauthenticatedIdentities = true }))["IdentityPoolId"];
        await OkAsync(caller + 1, "UpdateIdentityPool", new
        {
            IdentityPoolId = pool, IdentityPoolName = "q" + name, AllowUnauthenticatedIdentities = false,
        });
        await OkAsync(caller, "DeleteIdentityPool", new { IdentityPoolId = pool });
    }

    private Task<WireAnswer> DeveloperAsync(int caller, string user) => OkAsync(
        caller, "GetOpenIdTokenForDeveloperIdentity",
        new { IdentityPoolId = _pool, Logins = new Dictionary<string, string> { [Developer] = user } });

    private async Task<WireAnswer> OkAsync(int caller, string operation, object input)
    {
        var answer = await _clients[caller % Servers].CallAsync(operation, input);
        for (var again = 0; again < 3 && operation == "GetId" && !answer.Ok; again++)
        {
            answer = await _clients[caller % Servers].CallAsync(operation, input); // As an SDK does on a busy machine.
        }

        Assert.True(answer.Ok, $"{operation}: {answer.Text}\n{_servers[caller % Servers].Log}");
        return answer;
    }

    private async Task CountAtLeastAsync(long identities)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await _database!.CountAsync("identity") < identities)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    private void AssertNoStatementWasShared() =>
        Assert.All(_servers, server => Assert.DoesNotContain("prepared statement", server.Log, StringComparison.OrdinalIgnoreCase));
}

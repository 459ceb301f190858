using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.IntegrationTests.Races;

/// <summary>How often a request goes to PostgreSQL and back, counted on the wire between them.</summary>
[Collection(nameof(RaceTests))]
public sealed class RequestCostTests(ITestOutputHelper output) : IAsyncLifetime
{
    // What the server asks by itself, a few times a second, only ever adds to a call's cost, and so does a slow machine that lets a
    // snapshot grow old. So the lower quarter of several calls tells what a call costs.
    private const int Calls = 11;

    private static readonly TimeSpan SnapshotAge = TimeSpan.FromSeconds(1.2);

    private TestDatabase? _database;
    private TokenMint? _mint;
    private PostgresProxy? _proxy;
    private ServerProcess? _server;
    private WireClient? _client;
    private string _pool = "";
    private int _users;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _mint = await TokenMint.StartAsync();
        _proxy = PostgresProxy.Start(_database.ConnectionString);
        var settings = TestServer.Settings(_database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        TestServer.Register(settings, _mint.Issuer, TokenMint.ClientId);
        await TestServer.MigrateAsync(settings);
        settings["ConnectionStrings__Postgres"] = _proxy.ConnectionString;
        _server = await ServerProcess.StartAsync(settings);
        _client = TestServer.Client(_server);
        _pool = (await OkAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "cost", AllowUnauthenticatedIdentities = true, OpenIdConnectProviderARNs = new[] { _mint.Arn },
        }))["IdentityPoolId"];
    }

    [Fact]
    public async Task GetId_of_a_known_login_costs_one_round_trip()
    {
        var login = _mint!.Login("known");
        await CostsAsync(1, () => OkAsync("GetId", new { IdentityPoolId = _pool, Logins = login }));
    }

    [Fact]
    public Task GetId_of_a_new_login_costs_two_round_trips() =>
        CostsAsync(2, () => OkAsync("GetId", new { IdentityPoolId = _pool, Logins = _mint!.Login($"new {_users++}") }));

    [Fact]
    public Task GetId_of_a_guest_costs_one_round_trip() =>
        CostsAsync(1, () => OkAsync("GetId", new { IdentityPoolId = _pool }));

    [Fact]
    public async Task GetOpenIdToken_of_a_guest_costs_one_round_trip()
    {
        var guest = (await OkAsync("GetId", new { IdentityPoolId = _pool }))["IdentityId"];
        await CostsAsync(1, () => OkAsync("GetOpenIdToken", new { IdentityId = guest }));
    }

    [Fact]
    public async Task GetOpenIdToken_with_a_known_login_costs_one_round_trip()
    {
        var login = _mint!.Login("token");
        var id = (await OkAsync("GetId", new { IdentityPoolId = _pool, Logins = login }))["IdentityId"];
        await CostsAsync(1, () => OkAsync("GetOpenIdToken", new { IdentityId = id, Logins = login }));
    }

    [Fact]
    public async Task GetCredentialsForIdentity_costs_no_more_than_a_token()
    {
        var role = await RoleAsync();
        await OkAsync("SetIdentityPoolRoles", new { IdentityPoolId = _pool, Roles = new { authenticated = role, unauthenticated = role } });
        var (login, guest) = (_mint!.Login("credentials"), (await OkAsync("GetId", new { IdentityPoolId = _pool }))["IdentityId"]);
        var id = (await OkAsync("GetId", new { IdentityPoolId = _pool, Logins = login }))["IdentityId"];

        await CostsAsync(1, () => OkAsync("GetCredentialsForIdentity", new { IdentityId = id, Logins = login }));
        await CostsAsync(1, () => OkAsync("GetCredentialsForIdentity", new { IdentityId = guest }));
    }

    [Fact]
    public async Task A_session_token_verifies_without_a_round_trip_and_its_role_is_looked_up_once_a_second()
    {
        var role = await RoleAsync();
        await OkAsync("SetIdentityPoolRoles", new { IdentityPoolId = _pool, Roles = new { unauthenticated = role } });
        var guest = (await OkAsync("GetId", new { IdentityPoolId = _pool }))["IdentityId"];
        var key = StsCalls.KeyOf(await OkAsync("GetCredentialsForIdentity", new { IdentityId = guest }));
        using var sts = new StsClient(_server!.BaseAddress);
        using var session = new WireClient(_server.BaseAddress, key.Id, key.Secret, key.Token);

        await CostsAsync(0, () => sts.OkAsync("GetCallerIdentity", key));
        await CostsAsync(1, async () => Assert.True((await session.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok));
    }

    [Fact]
    public async Task Upgrading_a_guest_costs_three_round_trips()
    {
        var guests = new Queue<string>();
        for (var call = 0; call < Calls; call++)
        {
            guests.Enqueue((await OkAsync("GetId", new { IdentityPoolId = _pool }))["IdentityId"]);
        }

        await CostsAsync(3, () => OkAsync(
            "GetOpenIdToken", new { IdentityId = guests.Dequeue(), Logins = _mint!.Login($"upgrade {_users++}") }));
    }

    [Fact]
    public async Task A_pool_that_was_not_seen_for_a_second_costs_nothing_more()
    {
        await OkAsync("GetId", new { IdentityPoolId = _pool });
        await CostsAsync(1, () => OkAsync("GetId", new { IdentityPoolId = _pool }), calls: 3, SnapshotAge);
    }

    [Fact]
    public async Task A_signature_adds_nothing_when_its_key_was_seen_within_a_second_and_one_otherwise()
    {
        await CostsAsync(1, () => OkAsync("DescribeIdentityPool", new { IdentityPoolId = _pool }));
        await CostsAsync(2, () => OkAsync("DescribeIdentityPool", new { IdentityPoolId = _pool }), calls: 3, SnapshotAge);
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks_uri")]
    [InlineData("/health/live")]
    public Task Published_documents_cost_nothing(string path) =>
        CostsAsync(0, async () => Assert.Equal(200, (int)(await _client!.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode));

    [Fact]
    public async Task What_is_refused_by_its_form_or_token_costs_nothing()
    {
        await CostsAsync(0, async () => Assert.Equal("ValidationException", (await _client!.CallAsync("GetId", new { })).Error));
        var forged = new Dictionary<string, string> { [_mint!.LoginKey] = _mint.Token("forged")[..^8] + "AAAAAAAA" };
        await CostsAsync(0, async () => Assert.Equal(
            "NotAuthorizedException", (await _client!.CallAsync("GetId", new { IdentityPoolId = _pool, Logins = forged })).Error));
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        if (_mint is not null)
        {
            await _mint.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    private async Task<string> RoleAsync()
    {
        using var iam = new QueryClient(_server!.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        return await iam.RoleAsync(
            StsCalls.PoolTrust(_pool, "*"), StsCalls.Allow(new { Action = "cognito-identity:ListIdentityPools", Resource = "*" }));
    }

    private async Task CostsAsync(int expected, Func<Task> call, int calls = Calls, TimeSpan pause = default)
    {
        var costs = new int[calls];
        for (var i = 0; i < calls; i++)
        {
            await Task.Delay(pause);
            var before = _proxy!.RoundTrips;
            await call();
            costs[i] = _proxy.RoundTrips - before;
        }

        output.WriteLine(string.Join(' ', costs));
        Assert.Equal(expected, costs.Order().ElementAt(calls / 4));
    }

    private async Task<WireAnswer> OkAsync(string operation, object input)
    {
        var answer = await _client!.CallAsync(operation, input);
        Assert.True(answer.Ok, answer.Text);
        return answer;
    }
}

using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.IntegrationTests.Races;

/// <summary>How often a request goes to PostgreSQL and back, counted on the wire between them.</summary>
[Collection(nameof(RaceTests))]
public sealed class RequestCostTests(RequestCostBed bed, ITestOutputHelper output) : IClassFixture<RequestCostBed>
{
    // What the server asks by itself, a few times a second, only ever adds to a call's cost, and so does a slow machine that lets a
    // snapshot grow old. So the lower quarter of several calls tells what a call costs.
    private const int Calls = 11;

    private static readonly TimeSpan SnapshotAge = TimeSpan.FromSeconds(1.2);

    [Fact]
    public async Task GetId_of_a_known_login_costs_one_round_trip()
    {
        var login = bed.Mint.Login("known");
        await CostsAsync(1, () => bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool, Logins = login }));
    }

    [Fact]
    public Task GetId_of_a_new_login_costs_two_round_trips() =>
        CostsAsync(2, () => bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool, Logins = bed.Mint.Login($"new {Guid.NewGuid()}") }));

    [Fact]
    public Task GetId_of_a_guest_costs_one_round_trip() =>
        CostsAsync(1, () => bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool }));

    [Fact]
    public async Task GetOpenIdToken_of_a_guest_costs_one_round_trip()
    {
        var guest = (await bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool }))["IdentityId"];
        await CostsAsync(1, () => bed.OkAsync("GetOpenIdToken", new { IdentityId = guest }));
    }

    [Fact]
    public async Task GetOpenIdToken_with_a_known_login_costs_one_round_trip()
    {
        var login = bed.Mint.Login("token");
        var id = (await bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool, Logins = login }))["IdentityId"];
        await CostsAsync(1, () => bed.OkAsync("GetOpenIdToken", new { IdentityId = id, Logins = login }));
    }

    [Fact]
    public async Task GetCredentialsForIdentity_costs_no_more_than_a_token()
    {
        var role = await RoleAsync();
        await bed.OkAsync("SetIdentityPoolRoles", new { IdentityPoolId = bed.Pool, Roles = new { authenticated = role, unauthenticated = role } });
        var (login, guest) = (bed.Mint.Login("credentials"), (await bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool }))["IdentityId"]);
        var id = (await bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool, Logins = login }))["IdentityId"];

        await CostsAsync(1, () => bed.OkAsync("GetCredentialsForIdentity", new { IdentityId = id, Logins = login }));
        await CostsAsync(1, () => bed.OkAsync("GetCredentialsForIdentity", new { IdentityId = guest }));
    }

    [Fact]
    public async Task A_session_token_verifies_without_a_round_trip_and_its_role_is_looked_up_once_a_second()
    {
        var role = await RoleAsync();
        await bed.OkAsync("SetIdentityPoolRoles", new { IdentityPoolId = bed.Pool, Roles = new { unauthenticated = role } });
        var guest = (await bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool }))["IdentityId"];
        var key = StsCalls.KeyOf(await bed.OkAsync("GetCredentialsForIdentity", new { IdentityId = guest }));
        using var sts = new StsClient(bed.Server.BaseAddress);
        using var session = new WireClient(bed.Server.BaseAddress, key.Id, key.Secret, key.Token);

        await CostsAsync(0, () => sts.OkAsync("GetCallerIdentity", key));
        await CostsAsync(1, async () => Assert.True((await session.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok));
    }

    [Fact]
    public async Task Upgrading_a_guest_costs_three_round_trips()
    {
        var guests = new Queue<string>();
        for (var call = 0; call < Calls; call++)
        {
            guests.Enqueue((await bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool }))["IdentityId"]);
        }

        await CostsAsync(3, () => bed.OkAsync(
            "GetOpenIdToken", new { IdentityId = guests.Dequeue(), Logins = bed.Mint.Login($"upgrade {Guid.NewGuid()}") }));
    }

    [Fact]
    public async Task A_pool_that_was_not_seen_for_a_second_costs_nothing_more()
    {
        await bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool });
        await CostsAsync(1, () => bed.OkAsync("GetId", new { IdentityPoolId = bed.Pool }), calls: 3, SnapshotAge);
    }

    [Fact]
    public async Task A_signature_adds_nothing_when_its_key_was_seen_within_a_second_and_one_otherwise()
    {
        await CostsAsync(1, () => bed.OkAsync("DescribeIdentityPool", new { IdentityPoolId = bed.Pool }));
        await CostsAsync(2, () => bed.OkAsync("DescribeIdentityPool", new { IdentityPoolId = bed.Pool }), calls: 3, SnapshotAge);
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks_uri")]
    [InlineData("/health/live")]
    public Task Published_documents_cost_nothing(string path) =>
        CostsAsync(0, async () => Assert.Equal(200, (int)(await bed.Client.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode));

    [Fact]
    public async Task What_is_refused_by_its_form_or_token_costs_nothing()
    {
        await CostsAsync(0, async () => Assert.Equal("ValidationException", (await bed.Client.CallAsync("GetId", new { })).Error));
        var forged = new Dictionary<string, string> { [bed.Mint.LoginKey] = bed.Mint.Token("forged")[..^8] + "AAAAAAAA" };
        await CostsAsync(0, async () => Assert.Equal(
            "NotAuthorizedException", (await bed.Client.CallAsync("GetId", new { IdentityPoolId = bed.Pool, Logins = forged })).Error));
    }

    private async Task<string> RoleAsync()
    {
        using var iam = new QueryClient(bed.Server.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        return await iam.RoleAsync(
            StsCalls.PoolTrust(bed.Pool, "*"), StsCalls.Allow(new { Action = "cognito-identity:ListIdentityPools", Resource = "*" }));
    }

    private async Task CostsAsync(int expected, Func<Task> call, int calls = Calls, TimeSpan pause = default)
    {
        var costs = new int[calls];
        for (var i = 0; i < calls; i++)
        {
            await Task.Delay(pause);
            var before = bed.Proxy.RoundTrips;
            await call();
            costs[i] = bed.Proxy.RoundTrips - before;
        }

        output.WriteLine(string.Join(' ', costs));
        Assert.Equal(expected, costs.Order().ElementAt(calls / 4));
    }
}

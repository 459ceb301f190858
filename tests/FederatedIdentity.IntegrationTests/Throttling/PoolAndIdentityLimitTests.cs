using FederatedIdentity.IntegrationTests.Compat;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Throttling;

/// <summary>What one pool and one identity may be asked for, and what an SDK makes of being refused.</summary>
[Collection(nameof(ThrottlingTests))]
public sealed class PoolAndIdentityLimitTests(ThrottlingFixture servers)
{
    private const string TooMany = "TooManyRequestsException";

    [Fact]
    public async Task Public_operations_on_a_pool_share_its_limit_and_pools_share_none()
    {
        var (pool, other) = (await servers.PoolAsync(), await servers.PoolAsync());
        var guest = await servers.GuestAsync(pool);
        using var client = TestServer.Client(servers.Pooled);
        Assert.True((await client.CallAsync("GetId", new { IdentityPoolId = pool })).Ok);
        Assert.True((await client.CallAsync("GetOpenIdToken", new { IdentityId = guest })).Ok);

        WireCalls.AssertRefused(TooMany, "Rate exceeded", await client.CallAsync("GetId", new { IdentityPoolId = pool }));
        WireCalls.AssertRefused(TooMany, "Rate exceeded", await client.CallAsync("GetCredentialsForIdentity", new { IdentityId = guest }));
        Assert.True((await client.CallAsync("GetId", new { IdentityPoolId = other })).Ok);
        Assert.True((await client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool })).Ok);
    }

    [Fact]
    public async Task An_identity_gets_its_tokens_at_a_limited_rate_and_no_stranger_uses_that_up()
    {
        var pool = await servers.PoolAsync();
        var (guest, other) = (await servers.GuestAsync(pool), await servers.GuestAsync(pool));
        var (owner, stranger) = (servers.NewSource(), servers.NewSource());
        Assert.True((await TokenAsync(stranger, guest)).Ok);
        Assert.Equal("InvalidIdentityPoolConfigurationException", (await CredentialsAsync(stranger, guest)).Error);

        WireCalls.AssertRefused(TooMany, "Rate exceeded", await TokenAsync(stranger, guest));
        WireCalls.AssertRefused(TooMany, "Rate exceeded", await CredentialsAsync(stranger, guest));
        Assert.True((await TokenAsync(stranger, other)).Ok);
        Assert.True((await TokenAsync(owner, guest)).Ok);
    }

    [Fact]
    public async Task A_refused_call_leaves_no_trace()
    {
        var pool = await servers.PoolAsync();
        using var client = TestServer.Client(servers.Pooled);
        for (var call = 0; call < 5; call++)
        {
            await client.CallAsync("GetId", new { IdentityPoolId = pool });
        }

        var listed = await servers.Client.CallAsync("ListIdentities", new { IdentityPoolId = pool, MaxResults = 60 });
        Assert.Equal(2, listed.Body["Identities"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_javascript_sdk_knows_the_error_and_gets_through_by_trying_again()
    {
        var list = new { MaxResults = 1 };
        using var once = SdkPeer.Start(SdkPeer.V3, servers.Pooled.BaseAddress, maxAttempts: 1);
        using var patient = SdkPeer.Start(SdkPeer.V3, servers.Pooled.BaseAddress, maxAttempts: 10);
        var refused = await once.CallAsync("ListIdentityPools", list);
        for (var call = 0; call < 50 && refused["ok"]!.GetValue<bool>(); call++)
        {
            refused = await once.CallAsync("ListIdentityPools", list);
        }

        Assert.Equal((TooMany, "Rate exceeded", 400), ($"{refused["name"]}", $"{refused["message"]}", refused["status"]!.GetValue<int>()));
        Assert.True(refused["isModeled"]!.GetValue<bool>());
        Assert.InRange(await AttemptsOfTheSlowestAsync(patient, list), 2, 10);
    }

    /// <summary>More calls than the limit lets through at once: at least one of them has to try again, and all succeed.</summary>
    private static async Task<int> AttemptsOfTheSlowestAsync(SdkPeer sdk, object list)
    {
        var attempts = 0;
        for (var call = 0; call < 4; call++)
        {
            var answer = await sdk.CallAsync("ListIdentityPools", list);
            Assert.True(answer["ok"]!.GetValue<bool>(), answer.ToJsonString());
            attempts = Math.Max(attempts, answer["attempts"]!.GetValue<int>());
        }

        return attempts;
    }

    private Task<WireAnswer> TokenAsync(string source, string identity) => AskAsync(source, "GetOpenIdToken", identity);

    private Task<WireAnswer> CredentialsAsync(string source, string identity) => AskAsync(source, "GetCredentialsForIdentity", identity);

    private async Task<WireAnswer> AskAsync(string source, string operation, string identity)
    {
        using var client = TestServer.Client(servers.Personal);
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", source);
        return await client.CallAsync(operation, new { IdentityId = identity });
    }
}

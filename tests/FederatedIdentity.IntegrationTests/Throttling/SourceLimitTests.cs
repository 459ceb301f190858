using System.Net.Http.Headers;
using System.Text;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Throttling;

/// <summary>What one address may ask for, and who says what a client's address is.</summary>
[Collection(nameof(ThrottlingTests))]
public sealed class SourceLimitTests(ThrottlingFixture servers)
{
    private const string TooMany = "TooManyRequestsException";
    private const string Nothing = "us-east-1:00000000-0000-4000-8000-000000000000";

    [Theory]
    [InlineData("203.0.113.1", "203.0.113.1", "203.0.113.2")]
    [InlineData("203.0.113.3", "10.9.8.7, 203.0.113.3", "203.0.113.3, 203.0.113.4")] // Only what the proxy wrote counts.
    [InlineData("203.0.113.5", "[::ffff:203.0.113.5]:4711", "203.0.113.6:4711")]
    [InlineData("2001:db8:7:7::1", "2001:db8:7:7:ffff::9", "2001:db8:7:8::1")] // A subscriber has a whole /64.
    public async Task Two_requests_from_one_source_are_all_it_gets(string source, string same, string other)
    {
        var pool = await servers.PoolAsync();
        Assert.True((await GuestAsync(source, pool)).Ok);
        Assert.True((await GuestAsync(same, pool)).Ok);

        WireCalls.AssertRefused(TooMany, "Rate exceeded", await GuestAsync(source, pool));
        WireCalls.AssertRefused(TooMany, "Rate exceeded", await GuestAsync(same, pool));
        Assert.True((await GuestAsync(other, pool)).Ok);
    }

    [Theory]
    [InlineData("GetId")]
    [InlineData("GetOpenIdToken")]
    [InlineData("GetCredentialsForIdentity")]
    public async Task Looking_for_other_peoples_ids_is_limited(string operation)
    {
        var source = servers.NewSource();
        var input = new { IdentityPoolId = Nothing, IdentityId = Nothing };
        Assert.Equal("ResourceNotFoundException", (await servers.FromAsync(source, operation, input)).Error);
        Assert.Equal("ResourceNotFoundException", (await servers.FromAsync(source, operation, input)).Error);
        Assert.Equal(TooMany, (await servers.FromAsync(source, operation, input)).Error);
    }

    [Fact]
    public async Task Guessing_signatures_is_limited()
    {
        var (source, guess) = (servers.NewSource(), new TestKey(TestServer.AccessKeyId, "a guess"));
        Task<WireAnswer> TryAsync(TestKey? key) => servers.FromAsync(source, "ListIdentityPools", new { MaxResults = 1 }, key);

        Assert.Equal("InvalidSignatureException", (await TryAsync(guess)).Error);
        Assert.Equal("InvalidSignatureException", (await TryAsync(guess)).Error);
        Assert.Equal(TooMany, (await TryAsync(guess)).Error);
        Assert.True((await TryAsync(key: null)).Ok); // The administrator behind the same address goes on working.
    }

    [Fact]
    public async Task Who_has_no_permission_cannot_use_up_the_budget_of_the_account_and_is_limited_too()
    {
        using var iam = new QueryClient(servers.Open.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        var user = await iam.UserAsync();
        var list = new { IdentityPoolId = Nothing, MaxResults = 1 };
        for (var call = 0; call < 5; call++)
        {
            Assert.Equal("AccessDeniedException", (await servers.FromAsync(servers.NewSource(), "ListIdentities", list, user.Key)).Error);
        }

        using var root = TestServer.Client(servers.Proxied);
        Assert.Equal("ResourceNotFoundException", (await root.CallAsync("ListIdentities", list)).Error);
        Assert.Equal("ResourceNotFoundException", (await root.CallAsync("ListIdentities", list)).Error);
        Assert.Equal(TooMany, (await root.CallAsync("ListIdentities", list)).Error);

        var source = servers.NewSource();
        await servers.FromAsync(source, "ListIdentityPools", new { MaxResults = 1 }, user.Key);
        await servers.FromAsync(source, "ListIdentityPools", new { MaxResults = 1 }, user.Key);
        Assert.Equal(TooMany, (await servers.FromAsync(source, "ListIdentityPools", new { MaxResults = 1 }, user.Key)).Error);
    }

    [Fact]
    public async Task Signed_calls_that_are_allowed_have_no_limit_by_source()
    {
        using var client = servers.From(servers.NewSource());
        for (var call = 0; call < 5; call++)
        {
            Assert.True((await client.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);
        }
    }

    [Fact]
    public async Task Policies_and_the_log_see_the_client_behind_the_proxy()
    {
        using var iam = new QueryClient(servers.Open.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        var user = await iam.UserAsync(StsCalls.Allow(new
        {
            Action = "cognito-identity:ListIdentityPools",
            Resource = "*",
            Condition = new { IpAddress = new Dictionary<string, string> { ["aws:SourceIp"] = "198.51.100.0/24" } },
        }));

        var allowed = await servers.FromAsync("203.0.113.70, 198.51.100.7", "ListIdentityPools", new { MaxResults = 1 }, user.Key);
        var forged = await servers.FromAsync("198.51.100.7, 203.0.113.71", "ListIdentityPools", new { MaxResults = 1 }, user.Key);
        Assert.True(allowed.Ok, allowed.Text);
        Assert.Equal("AccessDeniedException", forged.Error);
        await servers.Proxied.LogWithAsync($"request={RequestId(allowed.Headers)} source=198.51.100.7");
        await servers.Proxied.LogWithAsync($"request={RequestId(forged.Headers)} source=203.0.113.71");
    }

    [Fact]
    public async Task Where_no_proxy_is_trusted_a_client_cannot_say_who_it_is()
    {
        using var client = TestServer.Client(servers.Tight);
        using var request = client.Request("GetId", Encoding.UTF8.GetBytes("{}"));
        request.Headers.Add("X-Forwarded-For", "203.0.113.80");
        var answer = await client.SendAsync(request);

        var log = await servers.Tight.LogWithAsync($"request={RequestId(answer.Headers)} source=127.0.0.1");
        Assert.Contains("FederatedIdentity:TrustedProxies", log, StringComparison.Ordinal);
    }

    private Task<WireAnswer> GuestAsync(string forwarded, string pool) =>
        servers.FromAsync(forwarded, "GetId", new { IdentityPoolId = pool });

    private static string RequestId(HttpResponseHeaders headers) => headers.GetValues("x-amzn-RequestId").Single();
}

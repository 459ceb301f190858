using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Coverage;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Throttling;

/// <summary>What an account may ask for, operation by operation.</summary>
[Collection(nameof(ThrottlingTests))]
public sealed class AccountLimitTests(ThrottlingFixture servers)
{
    private const string TooMany = "TooManyRequestsException";

    public static TheoryData<string> Operations => [.. ApiModel.Published.Operations.Keys];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_operation_has_a_limit(string operation)
    {
        var pool = await servers.PoolAsync();
        using var client = TestServer.Client(servers.Tight);
        string[] guests = [await servers.GuestAsync(pool), await servers.GuestAsync(pool), await servers.GuestAsync(pool)];
        var answers = new List<WireAnswer>();
        foreach (var guest in guests)
        {
            var input = JsonSerializer.SerializeToNode(OutageTests.Everything)!.AsObject();
            (input["IdentityPoolId"], input["IdentityId"]) = (pool, guest);
            answers.Add(await client.CallAsync(operation, input));
        }

        Assert.All(answers[..2], answer => Assert.NotEqual(TooMany, answer.Error));
        WireCalls.AssertRefused(TooMany, "Rate exceeded", answers[2]);
    }

    [Fact]
    public async Task Accounts_do_not_share()
    {
        using var home = TestServer.Client(servers.Tight);
        await UntilRefusedAsync(() => home.CallAsync("ListIdentityPools", new { MaxResults = 1 }));

        var (status, output) = await ServerProcess.RunAsync(servers.Settings, "account", "create");
        Assert.True(status == 0, output);
        var created = JsonNode.Parse(output)!;
        using var other = new WireClient(servers.Tight.BaseAddress, $"{created["AccessKeyId"]}", $"{created["SecretAccessKey"]}");
        Assert.True((await other.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);
    }

    [Fact]
    public async Task All_of_iam_shares_a_limit_and_words_it_as_aws_query_does()
    {
        using var iam = new QueryClient(servers.Tight.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        await iam.OkAsync("ListUsers");
        await iam.OkAsync("ListRoles");

        await iam.RefusedAsync(400, "Throttling", "Rate exceeded", "ListUsers");
        await iam.RefusedAsync(400, "Throttling", "Rate exceeded", "ListSAMLProviders");
    }

    [Fact]
    public async Task Signed_actions_of_sts_share_a_limit()
    {
        using var sts = new StsClient(servers.Tight.BaseAddress);
        await sts.OkAsync("GetCallerIdentity", TestKey.Administrator);
        await sts.OkAsync("GetCallerIdentity", TestKey.Administrator);

        var refused = await sts.CallAsync("GetSessionToken", TestKey.Administrator);
        Assert.Equal((400, "Throttling", "Rate exceeded"), (refused.Status, refused.Error, refused.Message));
    }

    [Theory]
    [InlineData("AssumeRoleWithWebIdentity", "WebIdentityToken")]
    [InlineData("AssumeRoleWithSAML", "SAMLAssertion")]
    public async Task Unsigned_actions_of_sts_are_limited_by_the_account_of_the_role(string action, string proof)
    {
        using var sts = new StsClient(servers.Tight.BaseAddress);
        Task<QueryAnswer> AssumeAsync(string account) => sts.CallAsync(
            action,
            null,
            ("RoleArn", $"arn:aws:iam::{account}:role/Any"),
            ("RoleSessionName", "session"),
            ("PrincipalArn", $"arn:aws:iam::{account}:saml-provider/p"),
            (proof, "nothing that proves"));

        await AssumeAsync("111111111111");
        Assert.Equal("InvalidIdentityToken", (await AssumeAsync("111111111111")).Error);
        var refused = await AssumeAsync("111111111111");
        Assert.Equal((400, "Throttling", "Rate exceeded"), (refused.Status, refused.Error, refused.Message));
        Assert.Equal("InvalidIdentityToken", (await AssumeAsync("222222222222")).Error);
    }

    [Fact]
    public async Task Without_limits_nobody_is_refused()
    {
        var pool = await servers.PoolAsync();
        for (var call = 0; call < 40; call++)
        {
            await servers.GuestAsync(pool);
        }
    }

    [Theory]
    [InlineData("FederatedIdentity__RateLimits__Operations__GetIds", "1")]
    [InlineData("FederatedIdentity__RateLimits__PerSource", "-1")]
    [InlineData("FederatedIdentity__TrustedProxies__0", "0.0.0.0/0")]
    public async Task Limits_that_cannot_work_stop_the_start(string name, string value)
    {
        var (status, log) = await ServerProcess.RunAsync(new Dictionary<string, string?>(servers.Settings)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{ServerProcess.FreePort()}",
            [name] = value,
        });

        Assert.NotEqual(0, status);
        Assert.Contains(name.Split("__")[1], log, StringComparison.Ordinal);
    }

    private static async Task UntilRefusedAsync(Func<Task<WireAnswer>> call)
    {
        for (var calls = 0; calls < 2; calls++)
        {
            await call();
        }

        Assert.Equal(TooMany, (await call()).Error);
    }
}

using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// Checks that whatever one replica issues, signs, seals or wraps, the others take, whichever release each of them is of. A role that
/// guests of the pool may assume, and one such guest, are there for it.
/// </summary>
internal sealed class Crossing
{
    private const string AllowAll = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";

    private readonly Deployment _deployment;
    private readonly string _role;
    private readonly string _guest;
    private int _users;

    private Crossing(Deployment deployment, string role, string guest) => (_deployment, _role, _guest) = (deployment, role, guest);

    public static async Task<Crossing> PrepareAsync(Deployment deployment)
    {
        var trust = $$"""
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},
            "Action":"sts:AssumeRoleWithWebIdentity",
            "Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"{{deployment.Stage.IdentityPoolId}}"} } } }
            """;
        using var api = deployment.Replicas[0].Client();
        using var iam = Iam(deployment.Replicas[0]);
        var role = await iam.OkAsync("CreateRole", ("RoleName", "crossing"), ("AssumeRolePolicyDocument", trust));
        await iam.OkAsync("PutRolePolicy", ("RoleName", "crossing"), ("PolicyName", "all"), ("PolicyDocument", AllowAll));
        var guest = await api.CallAsync("GetId", new { deployment.Stage.IdentityPoolId });
        return new Crossing(deployment, role.Value("Arn")!, guest["IdentityId"]);
    }

    /// <summary>From every replica to the next one around, so that old meets new in both directions while both run.</summary>
    public async Task CheckAsync()
    {
        for (var number = 0; number < Deployment.Size; number++)
        {
            await CheckAsync(_deployment.Replicas[number], _deployment.Replicas[(number + 1) % Deployment.Size]);
        }
    }

    /// <summary>A token of ours for the guest.</summary>
    public async Task<string> TokenAsync(Replica replica)
    {
        using var api = replica.Client();
        var answer = await api.CallAsync("GetOpenIdToken", new { IdentityId = _guest });
        Assert.True(answer.Ok, answer.Text);
        return answer["Token"];
    }

    /// <summary>Presents a token of ours to the STS of a replica.</summary>
    public async Task<QueryAnswer> AssumeAsync(Replica replica, string token)
    {
        using var sts = new StsClient(replica.Server.BaseAddress);
        return await sts.CallAsync(
            "AssumeRoleWithWebIdentity", null, ("RoleArn", _role), ("RoleSessionName", "crossing"), ("WebIdentityToken", token));
    }

    /// <summary>A new user's access key, which a replica wrapped.</summary>
    public async Task<(string User, TestKey Key)> UserAsync(Replica replica)
    {
        using var iam = Iam(replica);
        var user = $"crossing-{Interlocked.Increment(ref _users)}";
        await iam.OkAsync("CreateUser", ("UserName", user));
        await iam.OkAsync("PutUserPolicy", ("UserName", user), ("PolicyName", "all"), ("PolicyDocument", AllowAll));
        var key = await iam.OkAsync("CreateAccessKey", ("UserName", user));
        return (user, new TestKey(key.Value("AccessKeyId")!, key.Value("SecretAccessKey")!));
    }

    public static QueryClient Iam(Replica replica) => new(replica.Server.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);

    private async Task CheckAsync(Replica one, Replica other)
    {
        var assumed = await AssumeAsync(other, await TokenAsync(one));
        Assert.True(assumed.Ok, assumed.Text);
        using var sts = new StsClient(one.Server.BaseAddress);
        using var otherSts = new StsClient(other.Server.BaseAddress);
        Assert.StartsWith("arn:aws:sts::", await sts.WhoIsAsync(TestKey.Of(assumed)), StringComparison.Ordinal);
        var (user, key) = await UserAsync(one);
        var session = TestKey.Of(await otherSts.OkAsync("GetSessionToken", key));
        Assert.EndsWith($":user/{user}", await sts.WhoIsAsync(session), StringComparison.Ordinal);
        await CheckPoolsAsync(one, other);
    }

    /// <summary>A consumer secret, and the token of a page.</summary>
    private static async Task CheckPoolsAsync(Replica one, Replica other)
    {
        using var api = one.Client();
        using var otherApi = other.Client();
        var pool = await api.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "crossing",
            AllowUnauthenticatedIdentities = false,
            SupportedLoginProviders = new Dictionary<string, string> { ["api.twitter.com"] = "key;secret" },
        });
        var read = await otherApi.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool["IdentityPoolId"] });
        Assert.True(read.Ok, read.Text);
        Assert.Equal("key;secret", $"{read.Body["SupportedLoginProviders"]!["api.twitter.com"]}");
        var page = await api.CallAsync("ListIdentityPools", new { MaxResults = 1 });
        var next = await otherApi.CallAsync("ListIdentityPools", new { MaxResults = 1, NextToken = page["NextToken"] });
        Assert.True(next.Ok, next.Text);
    }
}

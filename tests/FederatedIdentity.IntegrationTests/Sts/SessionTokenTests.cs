using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>A session token is good as it was given, with the key that it was given with, and in no other way.</summary>
[Collection(nameof(WireTests))]
public sealed class SessionTokenTests(ServerFixture server) : IDisposable
{
    private readonly QueryClient _iam = server.Iam();
    private readonly StsClient _sts = server.Sts();

    public void Dispose()
    {
        _iam.Dispose();
        _sts.Dispose();
    }

    [Fact]
    public async Task A_token_that_was_altered_anywhere_opens_nothing()
    {
        var key = await SessionAsync();
        var bytes = Convert.FromBase64String(key.Token!);
        for (var index = 0; index < bytes.Length; index += index < 40 || index > bytes.Length - 20 ? 1 : 17)
        {
            var altered = (byte[])bytes.Clone();
            altered[index] ^= (byte)(1 << (index % 8));
            await UnknownAsync(key with { Token = Convert.ToBase64String(altered) });
        }

        await UnknownAsync(key with { Token = Convert.ToBase64String(bytes[..^1]) });
        await UnknownAsync(key with { Token = Convert.ToBase64String([.. bytes, 0]) });
        Assert.True((await _sts.CallAsync("GetCallerIdentity", key)).Ok);
    }

    [Fact]
    public async Task The_same_bytes_written_in_another_way_are_another_token()
    {
        var key = await SessionAsync();
        var token = key.Token!;
        for (var added = 0; !token.EndsWith('='); added++)
        {
            token = (key = await SessionAsync(new string('n', 2 + added))).Token!; // Until the last digit has bits to spare.
        }

        var last = token.TrimEnd('=');
        const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var twin = last[..^1] + Digits[Digits.IndexOf(last[^1], StringComparison.Ordinal) ^ 1] + token[last.Length..];
        Assert.Equal(Convert.FromBase64String(token), Convert.FromBase64String(twin));

        await UnknownAsync(key with { Token = twin });
        await UnknownAsync(key with { Token = $"{token[..4]} {token[4..]}" });
        await UnknownAsync(key with { Token = token.Replace('+', '-').Replace('/', '_').TrimEnd('=') });
    }

    [Fact]
    public async Task A_token_belongs_to_one_access_key_and_one_secret()
    {
        var (one, two) = (await SessionAsync(), await SessionAsync());

        await UnknownAsync(one with { Token = two.Token });
        await UnknownAsync(one with { Token = null });
        await UnknownAsync(one with { Id = TestServer.AccessKeyId, Secret = TestServer.SecretAccessKey });
        await UnknownAsync(TestKey.Administrator with { Token = "AA==" });
        await UnknownAsync(TestKey.Administrator with { Token = new string('A', 20_000) });
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.CallAsync("GetCallerIdentity", one with { Secret = two.Secret }));
    }

    [Fact]
    public async Task The_JSON_API_says_the_same_under_its_own_names()
    {
        var key = await SessionAsync();
        foreach (var (broken, error) in new[]
        {
            (key with { Token = Convert.ToBase64String(new byte[100]) }, "UnrecognizedClientException"),
            (key with { Token = null }, "UnrecognizedClientException"),
            (key with { Secret = "wrong" }, "InvalidSignatureException"),
        })
        {
            using var client = server.As(broken);
            var answer = await client.CallAsync("ListIdentityPools", new { MaxResults = 1 });
            Assert.Equal((400, error), (answer.Status, answer.Error));
        }
    }

    [Fact]
    public async Task GetSessionToken_gives_what_the_user_may_and_neither_IAM_nor_STS()
    {
        var role = await _iam.RoleAsync(IamCalls.Trust);
        var user = await _iam.UserAsync(AllowAll);
        var answer = await _sts.OkAsync("GetSessionToken", user.Key, ("DurationSeconds", "900"));
        var session = TestKey.Of(answer);

        Assert.Equal(user.Arn, await _sts.WhoIsAsync(session));
        Assert.InRange((DateTimeOffset.Parse(answer.Value("Expiration")!, null) - TimeProvider.System.GetUtcNow()).TotalSeconds, 800, 900);
        using var pools = server.As(session);
        Assert.True((await pools.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);
        AssertRefused(403, "AccessDenied", await _sts.CallAsync("GetSessionToken", session));
        AssertRefused(403, "AccessDenied", await _sts.CallAsync("GetAccessKeyInfo", session, ("AccessKeyId", user.Key.Id)));
        AssertRefused(403, "AccessDenied", await _sts.PostAsync("Action=ListRoles&Version=2010-05-08", session, "iam"));
        Assert.True((await _sts.CallAsync("AssumeRole", session, ("RoleArn", role), ("RoleSessionName", "from-session"))).Ok);
    }

    [Fact]
    public async Task GetSessionToken_of_the_root_lasts_an_hour_at_most_and_keeps_out_of_IAM_too()
    {
        var answer = await _sts.OkAsync("GetSessionToken", TestKey.Administrator, ("DurationSeconds", "129600"));
        var session = TestKey.Of(answer);

        Assert.InRange((DateTimeOffset.Parse(answer.Value("Expiration")!, null) - TimeProvider.System.GetUtcNow()).TotalSeconds, 3500, 3600);
        Assert.Equal("arn:aws:iam::000000000000:root", await _sts.WhoIsAsync(session));
        AssertRefused(403, "AccessDenied", await _sts.PostAsync("Action=CreateUser&UserName=x&Version=2010-05-08", session, "iam"));
        AssertRefused(403, "AccessDenied", await _sts.CallAsync("GetSessionToken", session));
        AssertRefused(400, "ValidationError", await _sts.CallAsync("GetSessionToken", TestKey.Administrator, ("DurationSeconds", "129601")));
        AssertRefused(403, "AccessDenied", await _sts.CallAsync(
            "GetSessionToken", TestKey.Administrator, ("SerialNumber", "arn:aws:iam::000000000000:mfa/x"), ("TokenCode", "123456")));
    }

    [Fact]
    public async Task What_was_issued_to_somebody_who_is_deleted_is_not_his_successors()
    {
        var user = await _iam.UserAsync(AllowAll);
        var session = TestKey.Of(await _sts.OkAsync("GetSessionToken", user.Key));
        var role = await _iam.RoleAsync(Trust(new { AWS = user.Arn }, "sts:AssumeRole"), AllowAll);
        var assumed = TestKey.Of(await _sts.OkAsync("AssumeRole", user.Key, ("RoleArn", role), ("RoleSessionName", "first")));
        await _iam.OkAsync("DeleteAccessKey", ("UserName", user.Name), ("AccessKeyId", user.Key.Id));
        await _iam.OkAsync("DeleteUserPolicy", ("UserName", user.Name), ("PolicyName", "p"));
        await _iam.OkAsync("DeleteUser", ("UserName", user.Name));
        await _iam.OkAsync("DeleteRolePolicy", ("RoleName", NameOf(role)), ("PolicyName", "p"));
        await _iam.OkAsync("DeleteRole", ("RoleName", NameOf(role)));
        await _iam.CreateUserAsync(user.Name);
        await _iam.PutPolicyAsync(user.Name, AllowAll);
        await _iam.OkAsync(
            "CreateRole", ("RoleName", NameOf(role)), ("AssumeRolePolicyDocument", Trust(new { AWS = user.Arn }, "sts:AssumeRole")));
        await _iam.OkAsync("PutRolePolicy", ("RoleName", NameOf(role)), ("PolicyName", "p"), ("PolicyDocument", AllowAll));

        foreach (var old in new[] { session, assumed })
        {
            using var client = server.As(old);
            await EventuallyAsync(
                () => client.CallAsync("ListIdentityPools", new { MaxResults = 1 }), answer => answer.Error == "AccessDeniedException");
        }

        AssertRefused(403, "AccessDenied", await _sts.CallAsync("AssumeRole", session, ("RoleArn", role), ("RoleSessionName", "again")));
        AssertRefused(403, "InvalidClientTokenId", await _sts.CallAsync("GetCallerIdentity", user.Key));
    }

    private async Task<TestKey> SessionAsync(string name = "session")
    {
        var user = await _iam.UserAsync();
        var role = await _iam.RoleAsync(Trust(new { AWS = user.Arn }, "sts:AssumeRole"));
        return TestKey.Of(await _sts.OkAsync("AssumeRole", user.Key, ("RoleArn", role), ("RoleSessionName", name)));
    }

    private async Task UnknownAsync(TestKey key)
    {
        var answer = await _sts.CallAsync("GetCallerIdentity", key);
        AssertRefused(403, "InvalidClientTokenId", answer);
        Assert.Equal("The security token included in the request is invalid.", answer.Message);
    }
}

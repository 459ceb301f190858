using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>AssumeRole: who gets into a role, what the session may then, and what it hands on to the next.</summary>
[Collection(nameof(WireTests))]
public sealed class AssumeRoleTests(ServerFixture server) : IDisposable
{
    private const string ByAccount = IamCalls.Trust;

    private static readonly string _mayAssume = Allow(new { Action = "sts:AssumeRole", Resource = "*" });
    private static readonly string[] _assumeAndTag = ["sts:AssumeRole", "sts:TagSession"];

    private readonly QueryClient _iam = server.Iam();
    private readonly StsClient _sts = server.Sts();

    public void Dispose()
    {
        _iam.Dispose();
        _sts.Dispose();
    }

    [Fact]
    public async Task A_role_that_trusts_the_account_needs_a_policy_of_the_user_and_one_that_trusts_the_user_does_not()
    {
        var (may, mayNot) = (await _iam.UserAsync(_mayAssume), await _iam.UserAsync());
        var (byAccount, byName) = (await _iam.RoleAsync(ByAccount), await _iam.RoleAsync(Trust(new { AWS = mayNot.Arn }, "sts:AssumeRole")));

        var answer = await AssumeAsync(may.Key, byAccount);
        Assert.True(answer.Ok, answer.Text);
        Assert.Equal(
            ["Credentials", "AssumedRoleUser"], answer.Xml.Elements().First().Elements().Select(element => element.Name.LocalName));
        Assert.True((await AssumeAsync(mayNot.Key, byName)).Ok);
        await DeniedAsync(may, byName);
        await DeniedAsync(mayNot, byAccount);
    }

    [Fact]
    public async Task A_deny_of_the_user_or_of_the_role_beats_everything()
    {
        var user = await _iam.UserAsync(Statements(new { Effect = "Deny", Action = "sts:AssumeRole", Resource = "*" }));
        await DeniedAsync(user, await _iam.RoleAsync(Trust(new { AWS = user.Arn }, "sts:AssumeRole")));

        var other = await _iam.UserAsync(_mayAssume);
        await DeniedAsync(other, await _iam.RoleAsync($$"""
            {"Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"},
                {"Effect":"Deny","Principal":{"AWS":"{{other.Arn}}"},"Action":"sts:AssumeRole"}]}
            """));
    }

    [Fact]
    public async Task Another_account_needs_both_the_roles_trust_and_its_own_policy()
    {
        var theirs = await server.NewAccountAsync();
        var (may, mayNot) = (await theirs.Iam.UserAsync(_mayAssume), await theirs.Iam.UserAsync());
        var trusting = await _iam.RoleAsync(Trust(new { AWS = new[] { may.Arn, mayNot.Arn } }, "sts:AssumeRole"));
        var withId = await _iam.RoleAsync(Trust(
            new { AWS = theirs.Id }, "sts:AssumeRole", new { StringEquals = new Dictionary<string, string> { ["sts:ExternalId"] = "agreed" } }));

        var answer = await AssumeAsync(may.Key, trusting);
        Assert.True(answer.Ok, answer.Text);
        Assert.Equal("000000000000", (await _sts.OkAsync("GetCallerIdentity", TestKey.Of(answer))).Value("Account"));
        await DeniedAsync(mayNot, trusting); // Named by the role, and yet its own account has a say.
        await DeniedAsync(may, await _iam.RoleAsync(ByAccount));
        await DeniedAsync(may, withId);
        AssertRefused(403, "AccessDenied", await AssumeAsync(may.Key, withId, ("ExternalId", "guessed")));
        Assert.True((await AssumeAsync(may.Key, withId, ("ExternalId", "agreed"))).Ok);
    }

    [Fact]
    public async Task Roots_and_what_is_not_supported_are_refused()
    {
        var role = await _iam.RoleAsync(ByAccount);
        AssertRefused(403, "AccessDenied", await AssumeAsync(TestKey.Administrator, role));
        var root = TestKey.Of(await _sts.OkAsync("GetSessionToken", TestKey.Administrator));
        AssertRefused(403, "AccessDenied", await AssumeAsync(root, role));

        var user = await _iam.UserAsync(_mayAssume);
        (int, string, (string, string)[])[] refusals =
        [
            (400, "ValidationError", [("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AdministratorAccess")]),
            (403, "AccessDenied", [("SerialNumber", "arn:aws:iam::000000000000:mfa/x"), ("TokenCode", "000000")]),
            (400, "ValidationError", [("DurationSeconds", "3601")]),
            (400, "ValidationError", [("RoleSessionName", "a")]),
            (400, "ValidationError", [("RoleSessionName", "a/b")]),
            (400, "ValidationError", [("Tags.member.1.Key", "k")]),
            (400, "ValidationError", [("Tags.member.1.Key", "aws:k"), ("Tags.member.1.Value", "v")]),
            (400, "ValidationError", [("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "semi;colon")]),
            (400, "MalformedPolicyDocument", [("Policy", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}""")]),
        ];
        foreach (var (status, code, more) in refusals)
        {
            AssertRefused(status, code, await AssumeAsync(user.Key, role, more));
        }
    }

    [Fact]
    public async Task Tags_are_checked_before_they_become_the_sessions()
    {
        var user = await _iam.UserAsync(_mayAssume);
        var role = await _iam.RoleAsync(Trust(new { AWS = "000000000000" }, _assumeAndTag));
        await DeniedAsync(user, await _iam.RoleAsync(ByAccount), Tag("Team", "red"));

        AssertRefused(400, "InvalidParameterValue", await AssumeAsync(user.Key, role, [.. Tag("Team", "red"), .. Tag("TEAM", "blue", 2)]));
        AssertRefused(400, "ValidationError", await AssumeAsync(user.Key, role, [.. Tag("Team", "red"), ("TransitiveTagKeys.member.1", "Other")]));
        var full = await AssumeAsync(user.Key, role, [.. Enumerable.Range(1, 20).SelectMany(number => Tag($"k{number}", new string('v', 256), number))]);
        AssertRefused(400, "PackedPolicyTooLarge", full);
        Assert.Equal("Packed size of session tags and policies consumes 127% of allotted space.", full.Message);
        AssertRefused(400, "ValidationError", await AssumeAsync(
            user.Key, role, [.. Enumerable.Range(1, 51).SelectMany(number => Tag($"k{number}", "v", number))]));
        var half = await AssumeAsync(user.Key, role, [.. Enumerable.Range(1, 8).SelectMany(number => Tag($"k{number}", new string('v', 256), number))]);
        Assert.True(half.Ok, half.Text);
        Assert.Equal("51", half.Value("PackedPolicySize"));
        Assert.True((await _sts.CallAsync("GetCallerIdentity", TestKey.Of(half))).Ok); // As large as it is, it can be used.
    }

    [Fact]
    public async Task The_role_and_the_caller_can_be_told_by_their_tags()
    {
        var condition = new { StringEquals = new Dictionary<string, string> { ["aws:PrincipalTag/Team"] = "${aws:ResourceTag/Team}" } };
        var user = await _iam.UserAsync(
            Allow(new { Action = "sts:AssumeRole", Resource = "*", Condition = condition }), IamCalls.TagParameters([("Team", "red")]));
        var (red, blue) = (
            await _iam.RoleAsync(ByAccount, null, IamCalls.TagParameters([("Team", "red")])),
            await _iam.RoleAsync(ByAccount, null, IamCalls.TagParameters([("Team", "blue")])));
        var choosy = await _iam.RoleAsync(
            Trust(new { AWS = "000000000000" }, "sts:AssumeRole", condition), null, IamCalls.TagParameters([("Team", "blue")]));

        Assert.True((await AssumeAsync(user.Key, red)).Ok);
        await DeniedAsync(user, blue);
        await DeniedAsync(await _iam.UserAsync(_mayAssume, IamCalls.TagParameters([("Team", "red")])), choosy);
        Assert.True((await AssumeAsync((await _iam.UserAsync(_mayAssume, IamCalls.TagParameters([("Team", "blue")]))).Key, choosy)).Ok);
    }

    [Fact]
    public async Task A_chain_lasts_an_hour_and_hands_on_transitive_tags_and_the_source_identity()
    {
        string[] all = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
        var user = await _iam.UserAsync(_mayAssume);
        var trust = Trust(new { AWS = "000000000000" }, all);
        var (first, second) = (
            await _iam.RoleAsync(trust, _mayAssume, ("MaxSessionDuration", "43200")),
            await _iam.RoleAsync(
                trust,
                Allow(new
                {
                    Action = "cognito-identity:ListIdentityPools",
                    Resource = "*",
                    Condition = new
                    {
                        StringEquals = new Dictionary<string, string> { ["aws:PrincipalTag/Keep"] = "1", ["aws:SourceIdentity"] = "origin" },
                        Null = new Dictionary<string, string> { ["aws:PrincipalTag/Drop"] = "true" },
                    },
                }),
                ("MaxSessionDuration", "43200")));
        var one = TestKey.Of(await OkAsync(
            user.Key, first,
            [.. Tag("Keep", "1"), .. Tag("Drop", "2", 2), ("TransitiveTagKeys.member.1", "Keep"), ("SourceIdentity", "origin"), ("DurationSeconds", "43200")]));

        AssertRefused(400, "ValidationError", await AssumeAsync(one, second, ("DurationSeconds", "3601")));
        AssertRefused(403, "AccessDenied", await AssumeAsync(one, second, ("SourceIdentity", "somebody")));
        AssertRefused(400, "InvalidParameterValue", await AssumeAsync(one, second, Tag("keep", "other")));
        var answer = await OkAsync(one, second);
        Assert.Equal("origin", answer.Value("SourceIdentity"));
        using var client = server.As(TestKey.Of(answer));
        var listed = await client.CallAsync("ListIdentityPools", new { MaxResults = 1 });
        Assert.True(listed.Ok, listed.Text);
        await DeniedAsync(new TestUser("", await _sts.WhoIsAsync(one), one), await _iam.RoleAsync(ByAccount)); // No sts:TagSession there.
    }

    [Fact]
    public async Task A_role_may_be_trusted_by_name_but_not_past_a_session_policy()
    {
        var user = await _iam.UserAsync(_mayAssume);
        var first = await _iam.RoleAsync(ByAccount);
        var second = await _iam.RoleAsync(Trust(new { AWS = first }, "sts:AssumeRole"));

        Assert.True((await AssumeAsync(TestKey.Of(await OkAsync(user.Key, first)), second)).Ok);
        var narrowed = TestKey.Of(await OkAsync(user.Key, first, ("Policy", Allow(new { Action = "s3:*", Resource = "*" }))));
        AssertRefused(403, "AccessDenied", await AssumeAsync(narrowed, second));
    }

    [Fact]
    public async Task A_session_may_do_what_role_and_session_policy_both_allow()
    {
        var user = await _iam.UserAsync(_mayAssume);
        var role = await _iam.RoleAsync(
            ByAccount, Allow(new { Action = new[] { "cognito-identity:ListIdentityPools", "cognito-identity:DescribeIdentityPool" }, Resource = "*" }));
        var pool = await server.OidcPoolAsync();
        using var broad = server.As(TestKey.Of(await OkAsync(user.Key, role, ("Policy", AllowAll))));
        using var narrow = server.As(TestKey.Of(await OkAsync(
            user.Key, role, ("Policy", Allow(new { Action = "cognito-identity:ListIdentityPools", Resource = "*" })))));
        using var denied = server.As(TestKey.Of(await OkAsync(
            user.Key, role, ("Policy", Statements(new { Effect = "Deny", Action = "cognito-identity:ListIdentityPools", Resource = "*" })))));

        // A session policy that allows more than the role gives nothing more.
        await MayAsync(broad, true, "ListIdentityPools", new { MaxResults = 1 });
        await MayAsync(broad, true, "DescribeIdentityPool", new { IdentityPoolId = pool });
        await MayAsync(broad, false, "DeleteIdentityPool", new { IdentityPoolId = pool });
        await MayAsync(narrow, true, "ListIdentityPools", new { MaxResults = 1 });
        await MayAsync(narrow, false, "DescribeIdentityPool", new { IdentityPoolId = pool });
        await MayAsync(denied, false, "ListIdentityPools", new { MaxResults = 1 });
        await MayAsync(denied, false, "DescribeIdentityPool", new { IdentityPoolId = pool });
    }

    private static async Task MayAsync(WireClient client, bool may, string operation, object input) =>
        Assert.Equal(may ? "" : "AccessDeniedException", (await client.CallAsync(operation, input)).Error);

    private static (string, string)[] Tag(string key, string value, int number = 1) =>
        [($"Tags.member.{number}.Key", key), ($"Tags.member.{number}.Value", value)];

    private Task<QueryAnswer> AssumeAsync(TestKey key, string role, params (string Name, string Value)[] more)
    {
        var named = more.Any(parameter => parameter.Name == "RoleSessionName");
        return _sts.CallAsync("AssumeRole", key, [("RoleArn", role), .. named ? [] : new[] { ("RoleSessionName", "session") }, .. more]);
    }

    private async Task<QueryAnswer> OkAsync(TestKey key, string role, params (string Name, string Value)[] more)
    {
        var answer = await AssumeAsync(key, role, more);
        Assert.True(answer.Ok, answer.Text);
        return answer;
    }

    private async Task DeniedAsync(TestUser user, string role, params (string Name, string Value)[] more)
    {
        var answer = await AssumeAsync(user.Key, role, more);
        AssertRefused(403, "AccessDenied", answer);
        Assert.Equal($"User: {user.Arn} is not authorized to perform: sts:AssumeRole on resource: {role}", answer.Message);
    }
}

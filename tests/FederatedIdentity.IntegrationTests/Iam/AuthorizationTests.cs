using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>Policies of users decide their calls: by resource, tags, address and time, a deny first.</summary>
[Collection(nameof(WireTests))]
public sealed class AuthorizationTests(ServerFixture server) : IDisposable
{
    private const string Pools = "arn:aws:cognito-identity:us-east-1:000000000000:identitypool/";

    private readonly QueryClient _iam = server.Iam();
    private readonly StsClient _query = server.Sts();

    public void Dispose()
    {
        _iam.Dispose();
        _query.Dispose();
    }

    /// <summary>Conditions, and whether a call from this machine now meets them.</summary>
    public static TheoryData<string, bool> Conditions => new()
    {
        { """{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}""", true },
        { """{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}""", false },
        { """{"NotIpAddress":{"aws:SourceIp":"127.0.0.1"}}""", false },
        { """{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""", true },
        { """{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""", false },
        { """{"NumericGreaterThan":{"aws:EpochTime":"1600000000"}}""", true },
        { """{"StringEquals":{"aws:PrincipalAccount":"000000000000","aws:ResourceAccount":"000000000000","aws:RequestedRegion":"us-east-1"}}""", true },
        { """{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::000000000000:user/*","aws:username":"user-*","aws:userid":"AIDA*"}}""", true },
        { """{"StringEquals":{"aws:PrincipalType":"User"}}""", true },
        { """{"StringEquals":{"aws:PrincipalTag/Team":"red"}}""", true },
        { """{"StringEquals":{"aws:PrincipalTag/Team":"blue"}}""", false },
        { """{"Null":{"aws:TokenIssueTime":"true"}}""", true },
        { """{"Bool":{"aws:MultiFactorAuthPresent":"false"}}""", false }, // There for temporary credentials only, as in AWS.
        { """{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}""", true },
        { """{"Bool":{"aws:SecureTransport":"true"}}""", false }, // Nobody knows where TLS ends.
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task Conditions_are_about_this_call(string condition, bool holds)
    {
        var user = await _iam.UserAsync(
            Allow(new { Action = "cognito-identity:ListIdentityPools", Resource = "*", Condition = JsonNode.Parse(condition) }),
            IamCalls.TagParameters([("Team", "red")]));

        await MayAsync(user.Key, holds, "ListIdentityPools", new { MaxResults = 1 });
    }

    [Fact]
    public async Task A_user_may_what_is_named_on_the_pools_that_are_named()
    {
        var (mine, other) = (await server.DeveloperPoolAsync(), await server.DeveloperPoolAsync());
        var user = await _iam.UserAsync(Allow(new
        {
            Action = new[] { "cognito-identity:Describe*", "cognito-identity:TagResource" }, Resource = Pools + mine,
        }));

        await MayAsync(user.Key, true, "DescribeIdentityPool", new { IdentityPoolId = mine });
        await MayAsync(user.Key, false, "DescribeIdentityPool", new { IdentityPoolId = other });
        await MayAsync(user.Key, false, "DeleteIdentityPool", new { IdentityPoolId = mine });
        await MayAsync(user.Key, true, "TagResource", new { ResourceArn = Pools + mine, Tags = new { a = "b" } });
        await MayAsync(user.Key, false, "TagResource", new { ResourceArn = Pools + other, Tags = new { a = "b" } });
        await MayAsync(user.Key, false, "ListIdentityPools", new { MaxResults = 1 }); // Of no pool, so only * allows it.
        await MayAsync(user.Key, false, "DescribeIdentity", new { IdentityId = await server.GuestAsync(mine) });
    }

    [Fact]
    public async Task Tags_of_pools_and_of_requests_decide()
    {
        var red = await server.PoolAsync(new { IdentityPoolTags = new { team = "red" } });
        var blue = await server.PoolAsync(new { IdentityPoolTags = new { team = "blue" } });
        var keeper = await _iam.UserAsync(Allow(new
        {
            Action = "cognito-identity:*", Resource = "*",
            Condition = new { StringEquals = new Dictionary<string, string> { ["aws:ResourceTag/team"] = "red" } },
        }));
        var maker = await _iam.UserAsync(Allow(new
        {
            Action = "cognito-identity:*", Resource = "*",
            Condition = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, string> { ["aws:RequestTag/team"] = "red" },
                ["ForAllValues:StringEquals"] = new Dictionary<string, string[]> { ["aws:TagKeys"] = ["team", "cost"] },
            },
        }));
        var remover = await _iam.UserAsync(Allow(new
        {
            Action = "cognito-identity:UntagResource", Resource = "*",
            Condition = new Dictionary<string, object> { ["ForAllValues:StringEquals"] = new Dictionary<string, string> { ["aws:TagKeys"] = "cost" } },
        }));

        await MayAsync(keeper.Key, true, "DescribeIdentityPool", new { IdentityPoolId = red });
        await MayAsync(keeper.Key, false, "DescribeIdentityPool", new { IdentityPoolId = blue });
        await MayAsync(keeper.Key, true, "ListTagsForResource", new { ResourceArn = Pools + red });
        await MayAsync(keeper.Key, false, "ListTagsForResource", new { ResourceArn = Pools + blue });
        object Pool(object? tags) => new { IdentityPoolName = "made", AllowUnauthenticatedIdentities = false, IdentityPoolTags = tags };
        await MayAsync(maker.Key, true, "CreateIdentityPool", Pool(new { team = "red", cost = "1" }));
        await MayAsync(maker.Key, false, "CreateIdentityPool", Pool(new { team = "blue" }));
        await MayAsync(maker.Key, false, "CreateIdentityPool", Pool(new { team = "red", owner = "me" }));
        await MayAsync(maker.Key, false, "CreateIdentityPool", Pool(null));
        await MayAsync(maker.Key, true, "TagResource", new { ResourceArn = Pools + red, Tags = new { team = "red" } });
        await MayAsync(remover.Key, true, "UntagResource", new { ResourceArn = Pools + red, TagKeys = new[] { "cost" } });
        await MayAsync(remover.Key, false, "UntagResource", new { ResourceArn = Pools + red, TagKeys = new[] { "cost", "team" } });
    }

    [Fact]
    public async Task A_deny_beats_every_allow_and_says_that_it_is_one()
    {
        var pool = await server.OidcPoolAsync();
        var user = await _iam.UserAsync(AllowAll);
        await _iam.OkAsync(
            "PutUserPolicy", ("UserName", user.Name), ("PolicyName", "not"),
            ("PolicyDocument", Statements(new { Effect = "Deny", Action = "cognito-identity:Describe*", Resource = "*" })));

        using var client = server.As(user.Key);
        var answer = await EventuallyAsync(
            () => client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool }), answer => answer.Error == "AccessDeniedException");

        Assert.Equal(400, answer.Status);
        Assert.Equal("AccessDeniedException:", answer.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.Equal(["__type", "Message"], answer.Body.AsObject().Select(member => member.Key));
        Assert.Equal(
            $"User: {user.Arn} is not authorized to perform: cognito-identity:DescribeIdentityPool on resource: {Pools}{pool} "
            + "with an explicit deny in a policy",
            answer.Message);
    }

    [Fact]
    public async Task A_policy_that_is_taken_away_is_gone_at_once()
    {
        var user = await _iam.UserAsync(AllowAll);
        using var client = server.As(user.Key);
        Assert.True((await client.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);

        await _iam.OkAsync("DeleteUserPolicy", ("UserName", user.Name), ("PolicyName", "p"));

        var denied = await EventuallyAsync(() => client.CallAsync("ListIdentityPools", new { MaxResults = 1 }), answer => !answer.Ok);
        Assert.Equal("AccessDeniedException", denied.Error);
    }

    [Fact]
    public async Task Secrets_of_login_providers_are_shown_to_whom_a_policy_reveals_them()
    {
        var pool = await server.PoolAsync(new
        {
            SupportedLoginProviders = new Dictionary<string, string> { ["api.twitter.com"] = "consumerKey1;consumer-secret-1" },
        });
        var (plain, trusted) = (
            await _iam.UserAsync(Allow(new { Action = "cognito-identity:Describe*", Resource = "*" })),
            await _iam.UserAsync(Allow(new
            {
                Action = new[] { "cognito-identity:DescribeIdentityPool", "cognito-identity:RevealLoginProviderSecrets" }, Resource = Pools + pool,
            })));

        foreach (var (user, shown) in new[] { (plain, "consumerKey1;REDACTED"), (trusted, "consumerKey1;consumer-secret-1") })
        {
            using var client = server.As(user.Key);
            var answer = await client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool });
            Assert.Equal(shown, $"{answer.Body["SupportedLoginProviders"]!["api.twitter.com"]}");
        }
    }

    [Fact]
    public async Task Only_roles_that_a_user_may_pass_get_to_a_pool()
    {
        var pool = await server.OidcPoolAsync();
        var (may, mayNot) = (await _iam.RoleAsync(PoolTrust(pool)), await _iam.RoleAsync(PoolTrust(pool)));
        var user = await _iam.UserAsync($$"""
            {"Version":"2012-10-17","Statement":[
                {"Effect":"Allow","Action":"cognito-identity:SetIdentityPoolRoles","Resource":"*"},
                {"Effect":"Allow","Action":"iam:PassRole","Resource":"{{may}}",
                    "Condition":{"StringEquals":{"iam:PassedToService":"cognito-identity.amazonaws.com"} } }]}
            """);
        using var client = server.As(user.Key);
        object Rules(string role) => new Dictionary<string, object>
        {
            [server.Oidc.Arn] = new
            {
                Type = "Rules", AmbiguousRoleResolution = "Deny",
                RulesConfiguration = new { Rules = new[] { new { Claim = "sub", MatchType = "Equals", Value = "x", RoleARN = role } } },
            },
        };

        Assert.True((await client.CallAsync("SetIdentityPoolRoles", new
        {
            IdentityPoolId = pool, Roles = new { authenticated = may }, RoleMappings = Rules(may),
        })).Ok);
        foreach (var input in new object[]
        {
            new { IdentityPoolId = pool, Roles = new { authenticated = mayNot } },
            new { IdentityPoolId = pool, Roles = new { authenticated = may }, RoleMappings = Rules(mayNot) },
        })
        {
            WireCalls.AssertRefused(
                "NotAuthorizedException", $"Access to Role '{mayNot}' is forbidden.", await client.CallAsync("SetIdentityPoolRoles", input));
        }
    }

    [Fact]
    public async Task Calls_to_IAM_are_decided_by_the_ARN_and_the_tags_of_what_they_are_about()
    {
        var (one, two) = (IamCalls.NewName("pathed"), IamCalls.NewName("pathed"));
        await _iam.CreateRoleAsync(one, ("Path", "/team/"));
        await _iam.CreateRoleAsync(two, IamCalls.TagParameters([("team", "red")]));
        var byPath = await _iam.UserAsync(Allow(new { Action = "iam:GetRole", Resource = "arn:aws:iam::000000000000:role/team/*" }));
        var byTag = await _iam.UserAsync(Allow(new
        {
            Action = "iam:GetRole", Resource = "*",
            Condition = new { StringEquals = new Dictionary<string, string> { ["aws:ResourceTag/team"] = "red" } },
        }));
        var self = await _iam.UserAsync(Allow(new { Action = "iam:*AccessKey*", Resource = "arn:aws:iam::*:user/${aws:username}" }));
        Task<QueryAnswer> GetAsync(TestUser user, string role) =>
            _query.PostAsync($"Action=GetRole&Version=2010-05-08&RoleName={role}", user.Key, "iam");

        Assert.True((await GetAsync(byPath, one)).Ok);
        AssertRefused(403, "AccessDenied", await GetAsync(byPath, two));
        Assert.True((await GetAsync(byTag, two)).Ok);
        AssertRefused(403, "AccessDenied", await GetAsync(byTag, one));
        Assert.True((await _query.PostAsync("Action=ListAccessKeys&Version=2010-05-08", self.Key, "iam")).Ok);
        AssertRefused(403, "AccessDenied", await _query.PostAsync(
            $"Action=CreateAccessKey&Version=2010-05-08&UserName={byTag.Name}", self.Key, "iam"));
    }

    [Fact]
    public async Task A_role_carries_its_own_tags_beneath_those_of_the_session()
    {
        var user = await _iam.UserAsync();
        var policy = Allow(new
        {
            Action = "cognito-identity:ListIdentityPools", Resource = "*",
            Condition = new { StringEquals = new Dictionary<string, string> { ["aws:PrincipalTag/team"] = "red" } },
        });
        var role = await _iam.RoleAsync(
            Trust(new { AWS = user.Arn }, new[] { "sts:AssumeRole", "sts:TagSession" }), policy, IamCalls.TagParameters([("team", "red")]));
        async Task<TestKey> SessionAsync(params (string, string)[] tags) => TestKey.Of(
            await _query.OkAsync("AssumeRole", user.Key, [("RoleArn", role), ("RoleSessionName", "tagged"), .. tags]));

        await MayAsync(await SessionAsync(), true, "ListIdentityPools", new { MaxResults = 1 });
        await MayAsync(
            await SessionAsync(("Tags.member.1.Key", "Team"), ("Tags.member.1.Value", "blue")), false, "ListIdentityPools", new { MaxResults = 1 });
    }

    [Theory]
    [InlineData("arn:aws:cognito-identity:us-east-1:000000000000:identitypool/us-east-1:\0")]
    [InlineData("arn:aws:cognito-identity:us-east-1:000000000000:identitypool/\ufffd\ud83d\ude00")]
    public async Task Resources_that_cannot_be_are_denied_like_others(string arn)
    {
        var user = await _iam.UserAsync();
        await MayAsync(user.Key, false, "ListTagsForResource", new { ResourceArn = arn });
    }

    private async Task MayAsync(TestKey key, bool may, string operation, object input)
    {
        using var client = server.As(key);
        var answer = await client.CallAsync(operation, input);
        Assert.Equal((operation, may ? "" : "AccessDeniedException"), (operation, answer.Error));
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>AssumeRoleWithWebIdentity: whom a role's trust policy lets in with a token of ours, or of a provider of its account.</summary>
[Collection(nameof(WireTests))]
public sealed class WebIdentityTests(ServerFixture server) : IAsyncLifetime
{
    private const string Cognito = "cognito-identity.amazonaws.com";
    private const string Session = "my.session@x";

    private readonly QueryClient _iam = server.Iam();
    private readonly StsClient _sts = server.Sts();
    private RsaIssuer? _issuer;

    public async Task InitializeAsync() => _issuer = await RsaIssuer.StartAsync();

    public async Task DisposeAsync()
    {
        _iam.Dispose();
        _sts.Dispose();
        await _issuer!.DisposeAsync();
    }

    [Fact]
    public async Task A_user_of_a_pool_assumes_the_role_that_trusts_the_pool()
    {
        var pool = await server.OidcPoolAsync();
        var (id, token) = await TokenAsync(pool, "alice");
        var role = await _iam.RoleAsync(PoolTrust(pool));

        var answer = await AssumeAsync(role, token);

        Assert.True(answer.Ok, answer.Text);
        Assert.Equal("https://sts.amazonaws.com/doc/2011-06-15/", answer.Xml.Name.NamespaceName);
        Assert.Equal(
            ["SubjectFromWebIdentityToken", "Audience", "AssumedRoleUser", "Credentials", "Provider"],
            answer.Xml.Elements().First().Elements().Select(element => element.Name.LocalName));
        Assert.Equal((id, pool, Cognito),
            (answer.Value("SubjectFromWebIdentityToken"), answer.Value("Audience"), answer.Value("Provider")));
        var arn = $"arn:aws:sts::000000000000:assumed-role/{NameOf(role)}/{Session}";
        Assert.Equal(arn, answer.Value("Arn"));
        Assert.Matches($"^AROA[A-Z2-7]{{17}}:{Session}$", answer.Value("AssumedRoleId")!);
        var key = TestKey.Of(answer);
        Assert.Matches("^ASIA[A-Z2-7]{16}$", key.Id);
        Assert.Equal(40, key.Secret.Length);
        var seconds = (DateTimeOffset.Parse(answer.Value("Expiration")!, null) - TimeProvider.System.GetUtcNow()).TotalSeconds;
        Assert.InRange(seconds, 3500, 3600);
        var caller = await _sts.OkAsync("GetCallerIdentity", key);
        Assert.Equal((arn, answer.Value("AssumedRoleId"), "000000000000"),
            (caller.Value("Arn"), caller.Value("UserId"), caller.Value("Account")));
    }

    [Fact]
    public async Task A_trust_policy_for_others_lets_nobody_in()
    {
        var (pool, other) = (await server.OidcPoolAsync(), await server.OidcPoolAsync());
        var (_, token) = await TokenAsync(pool, "bob");
        var guest = (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = await server.GuestAsync(pool) }))["Token"];
        var wanted = new Dictionary<string, string> { [$"{Cognito}:aud"] = pool };
        string[] trusts =
        [
            PoolTrust(other),
            PoolTrust(pool, "unauthenticated"),
            PoolTrust(pool, "graph.facebook.com"),
            PoolTrust(pool, "authenticate?x"),
            Trust(new { Federated = Cognito }, "sts:AssumeRoleWithWebIdentity", new { StringEquals = new Dictionary<string, string>
            {
                [$"{Cognito}:aud"] = pool, [$"{Cognito}:sub"] = "us-east-1:00000000-0000-0000-0000-000000000000",
            } }),
            Trust(new { Federated = Cognito }, "sts:AssumeRoleWithWebIdentity", new { StringEquals = new Dictionary<string, object>
            {
                [$"{Cognito}:aud"] = pool, [$"{Cognito}:amr"] = "authenticated", // A list under a plain operator.
            } }),
            Trust(new { Federated = Cognito }, "sts:AssumeRoleWithSAML", new { StringEquals = wanted }),
            Trust(new { Federated = server.Oidc.Arn }, "sts:AssumeRoleWithWebIdentity", new { StringEquals = wanted }),
            Trust(new { AWS = "000000000000" }, "sts:AssumeRole"),
            Trust(new { Federated = Cognito }, "sts:AssumeRoleWithWebIdentity",
                new { StringEquals = wanted, IpAddress = new Dictionary<string, string> { ["aws:SourceIp"] = "192.0.2.0/24" } }),
            Trust(new { Federated = Cognito }, "sts:AssumeRoleWithWebIdentity",
                new { StringEquals = wanted, DateLessThan = new Dictionary<string, string> { ["aws:CurrentTime"] = "2020-01-01T00:00:00Z" } }),
            Trust(new { Federated = Cognito }, "sts:AssumeRoleWithWebIdentity",
                new { StringEquals = new Dictionary<string, string>(wanted) { ["sts:RoleSessionName"] = "another" } }),
        ];

        foreach (var trust in trusts)
        {
            await DeniedAsync(await _iam.RoleAsync(trust), token);
        }

        await DeniedAsync(await _iam.RoleAsync(PoolTrust(pool)), guest);
        await DeniedAsync("arn:aws:iam::000000000000:role/NoSuchRole", token);
        await DeniedAsync("arn:aws:iam::999999999999:role/NoSuchAccount", token);
        var real = NameOf(await _iam.RoleAsync(PoolTrust(pool)));
        await DeniedAsync($"arn:aws:iam::000000000000:role/path/{real}", token);
        foreach (var twisted in new[] { "arn:aws-cn:iam::000000000000:role/", "arn:aws:iam::000000000000:user/", "arn:aws:iam:us-east-1:000000000000:role/", "arn:aws:iam::000000000000:role/\0" })
        {
            AssertRefused(400, "ValidationError", await AssumeAsync(twisted + real, token));
        }
    }

    [Theory]
    [InlineData("expired", "ExpiredTokenException")]
    [InlineData("aud", "InvalidIdentityToken")]
    [InlineData("issuer", "InvalidIdentityToken")]
    [InlineData("signature", "InvalidIdentityToken")]
    [InlineData("none", "InvalidIdentityToken")]
    [InlineData("opaque", "InvalidIdentityToken")]
    [InlineData("nul", "InvalidIdentityToken")]
    [InlineData("surrogate", "InvalidIdentityToken")]
    [InlineData("future", "InvalidIdentityToken")]
    [InlineData("no sub", "InvalidIdentityToken")]
    [InlineData("tags", "InvalidIdentityToken")]
    [InlineData("tag values", "InvalidIdentityToken")]
    [InlineData("aws tag", "InvalidIdentityToken")]
    [InlineData("transitive", "InvalidIdentityToken")]
    [InlineData("source", "InvalidIdentityToken")]
    public async Task A_token_that_is_not_good_is_refused_for_what_is_wrong_with_it(string fault, string code)
    {
        var role = await ProviderRoleAsync("*");

        var answer = await AssumeAsync(role, Broken(fault));

        AssertRefused(400, code, answer);
        Assert.DoesNotContain("\0", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_of_another_account_or_without_registration_vouches_for_nobody()
    {
        var token = _issuer!.Token("eve", "client");
        var role = await _iam.RoleAsync(Trust(new { Federated = ArnOf(_issuer) }, "sts:AssumeRoleWithWebIdentity"));
        var unknown = await AssumeAsync(role, token);
        AssertRefused(400, "InvalidIdentityToken", unknown);
        Assert.Equal($"No OpenIDConnect provider found in your account for {_issuer.Issuer}", unknown.Message);

        await RegisterAsync();
        Assert.True((await AssumeAsync(role, token)).Ok);
        var theirs = await server.NewAccountAsync();
        var foreign = await theirs.Iam.RoleAsync(Trust(new { Federated = ArnOf(_issuer) }, "sts:AssumeRoleWithWebIdentity"));
        AssertRefused(400, "InvalidIdentityToken", await AssumeAsync(foreign, token));
    }

    [Fact]
    public async Task A_pool_is_trusted_across_accounts_by_its_id()
    {
        var pool = await server.OidcPoolAsync();
        var (_, token) = await TokenAsync(pool, "cross");
        var theirs = await server.NewAccountAsync();
        var role = await theirs.Iam.RoleAsync(PoolTrust(pool));

        var answer = await AssumeAsync(role, token);

        Assert.True(answer.Ok, answer.Text);
        Assert.Equal(theirs.Id, (await _sts.OkAsync("GetCallerIdentity", TestKey.Of(answer))).Value("Account"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_real_provider_tags_the_session_in_both_forms(bool nested)
    {
        var claims = nested
            ? new Dictionary<string, object>
            {
                ["https://aws.amazon.com/tags"] = new { principal_tags = new { Team = new[] { "red" } }, transitive_tag_keys = new[] { "Team" } },
                ["https://aws.amazon.com/source_identity"] = "origin",
            }
            : new Dictionary<string, object>
            {
                ["https://aws.amazon.com/tags/principal_tags/Team"] = "red",
                ["https://aws.amazon.com/tags/transitive_tag_keys"] = new[] { "Team" },
                ["https://aws.amazon.com/source_identity"] = "origin",
            };
        var token = await server.Oidc.TokenAsync("tagged", claims: claims);
        var key = $"{server.Oidc.LoginKey}:";
        var conditions = new
        {
            StringEquals = new Dictionary<string, string>
            {
                [key + "aud"] = "client-RS256", [key + "sub"] = "tagged", ["aws:RequestTag/Team"] = "red", ["sts:SourceIdentity"] = "origin",
                ["aws:FederatedProvider"] = server.Oidc.Arn,
            },
        };
        string[] needed = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"];
        foreach (var missing in needed)
        {
            await DeniedAsync(
                await _iam.RoleAsync(Trust(new { Federated = server.Oidc.Arn }, needed.Where(action => action != missing), conditions)), token);
        }

        // Only who has the tag may list pools, which shows that the session carries it.
        var role = await _iam.RoleAsync(
            Trust(new { Federated = server.Oidc.Arn }, needed, conditions),
            Allow(new
            {
                Action = "cognito-identity:ListIdentityPools",
                Resource = "*",
                Condition = new
                {
                    StringEquals = new Dictionary<string, string> { ["aws:PrincipalTag/team"] = "red", ["aws:SourceIdentity"] = "origin", [key + "sub"] = "tagged" },
                },
            }));
        var answer = await AssumeAsync(role, token);
        Assert.True(answer.Ok, answer.Text);
        Assert.Equal((server.Oidc.Arn, "origin", "client-RS256"), (answer.Value("Provider"), answer.Value("SourceIdentity"), answer.Value("Audience")));
        Assert.Equal("1", answer.Value("PackedPolicySize"));
        using var client = server.As(TestKey.Of(answer));
        Assert.True((await client.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);
    }

    [Fact]
    public async Task Principal_tags_of_a_pool_need_the_permission_to_tag()
    {
        var pool = await server.OidcPoolAsync();
        Assert.True((await server.Client.CallAsync("SetPrincipalTagAttributeMap", new
        {
            IdentityPoolId = pool, IdentityProviderName = server.Oidc.Arn, UseDefaults = true,
        })).Ok);
        var (_, token) = await TokenAsync(pool, "tags");

        await DeniedAsync(await _iam.RoleAsync(PoolTrust(pool)), token);
        var answer = await AssumeAsync(await _iam.RoleAsync(PoolTrust(pool, "authenticated", "sts:TagSession")), token);

        Assert.True(answer.Ok, answer.Text);
    }

    [Fact]
    public async Task What_is_not_supported_is_refused_and_not_passed_over()
    {
        var pool = await server.OidcPoolAsync();
        var (_, token) = await TokenAsync(pool, "extra");
        var role = await _iam.RoleAsync(PoolTrust(pool));

        AssertRefused(400, "ValidationError", await AssumeAsync(role, token, ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnly")));
        AssertRefused(400, "InvalidIdentityToken", await AssumeAsync(role, token, ("ProviderId", "www.amazon.com")));
        AssertRefused(400, "MalformedPolicyDocument", await AssumeAsync(role, token, ("Policy", "{}")));
        AssertRefused(400, "MalformedPolicyDocument", await AssumeAsync(role, token, ("Policy", PoolTrust(pool))));
        AssertRefused(400, "ValidationError", await AssumeAsync(role, token, ("DurationSeconds", "3601")));
        foreach (var duration in new[] { "899", "43201", "-1", "x", "", "9999999999999999999999" })
        {
            AssertRefused(400, "ValidationError", await AssumeAsync(role, token, ("DurationSeconds", duration)));
        }

        var longer = await _iam.RoleAsync(PoolTrust(pool), null, ("MaxSessionDuration", "43200"));
        Assert.True((await AssumeAsync(longer, token, ("DurationSeconds", "43200"))).Ok);
    }

    [Fact]
    public async Task The_constraints_of_the_model_come_first_and_tokens_are_not_repeated()
    {
        var answer = await _sts.CallAsync("AssumeRoleWithWebIdentity", null, ("WebIdentityToken", "abc"), ("RoleSessionName", "a b"));

        AssertRefused(400, "ValidationError", answer);
        Assert.StartsWith("3 validation errors detected: Value null at 'roleArn' failed to satisfy constraint", answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", answer.Message, StringComparison.Ordinal);
    }

    private static string ArnOf(RsaIssuer issuer) => $"arn:aws:iam::000000000000:oidc-provider/{issuer.LoginKey}";

    private async Task RegisterAsync() =>
        await _iam.OkAsync("CreateOpenIDConnectProvider", ("Url", _issuer!.Issuer), ("ClientIDList.member.1", "client"));

    private async Task<string> ProviderRoleAsync(string subject)
    {
        await RegisterAsync();
        return await _iam.RoleAsync(Trust(
            new { Federated = ArnOf(_issuer!) }, new[] { "sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity" },
            new { StringLike = new Dictionary<string, string> { [$"{_issuer!.LoginKey}:sub"] = subject } }));
    }

    private string Broken(string fault)
    {
        var good = _issuer!.Token("mallory", "client");
        var payload = good.Split('.');
        return fault switch
        {
            "expired" => _issuer.Token("mallory", "client", claims => claims["exp"] = 1_600_000_000),
            "aud" => _issuer.Token("mallory", "another"),
            "issuer" => _issuer.Token("mallory", "client", claims => claims["iss"] = "https://elsewhere.example"),
            "signature" => good[..^6] + (good[^6] == 'A' ? "BBBBBB" : "AAAAAA"),
            "none" => $"eyJhbGciOiJub25lIn0.{payload[1]}.",
            "opaque" => "ya29.a0AfH6SMBx",
            "nul" => _issuer.Token("mallory", "client", claims => claims["iss"] = "https://a\0b"),
            "surrogate" => _issuer.Token("mallory", "client", claims => claims["iss"] = "https://a\ud800b"),
            "future" => _issuer.Token("mallory", "client", claims => claims["nbf"] = 4_000_000_000),
            "no sub" => _issuer.Token("mallory", "client", claims => claims.Remove("sub")),
            "tags" => WithTags(new { principal_tags = "red" }),
            "tag values" => WithTags(new { principal_tags = new { Team = new[] { "red", "blue" } } }),
            "aws tag" => WithTags(new { principal_tags = new Dictionary<string, string> { ["AWS:x"] = "y" } }),
            "transitive" => WithTags(new { principal_tags = new { Team = "red" }, transitive_tag_keys = new[] { "Other" } }),
            _ => _issuer.Token("mallory", "client", claims => claims["https://aws.amazon.com/source_identity"] = "a b"),
        };
    }

    private string WithTags(object tags) => _issuer!.Token(
        "mallory", "client", claims => claims["https://aws.amazon.com/tags"] = JsonNode.Parse(JsonSerializer.Serialize(tags)));

    private async Task<(string Id, string Token)> TokenAsync(string pool, string subject)
    {
        var login = await server.LoginAsync(subject);
        var id = await server.IdAsync(pool, login);
        return (id, (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = login }))["Token"]);
    }

    private async Task DeniedAsync(string role, string token)
    {
        var answer = await AssumeAsync(role, token);
        AssertRefused(403, "AccessDenied", answer);
        Assert.Equal("Not authorized to perform sts:AssumeRoleWithWebIdentity", answer.Message);
    }

    private Task<QueryAnswer> AssumeAsync(string role, string token, params (string Name, string Value)[] more) => _sts.CallAsync(
        "AssumeRoleWithWebIdentity", null, [("RoleArn", role), ("RoleSessionName", Session), ("WebIdentityToken", token), .. more]);
}

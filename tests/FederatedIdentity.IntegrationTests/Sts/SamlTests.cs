using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>AssumeRoleWithSAML with responses of npm's samlp: what the assertion must say, and what policies see of it.</summary>
[Collection(nameof(WireTests))]
public sealed class SamlTests(ServerFixture server) : IAsyncLifetime
{
    private const string Attributes = "https://aws.amazon.com/SAML/Attributes/";
    private const string Recipient = "https://signin.aws.amazon.com/saml";
    private const string Action = "sts:AssumeRoleWithSAML";

    private static readonly SamlKey _key = SamlKey.Rsa();

    private readonly QueryClient _iam = server.Iam();
    private readonly StsClient _sts = server.Sts();
    private readonly SamlPeer _peer = StartPeer();
    private readonly string _name = IamCalls.NewName("saml");
    private string _provider = "";

    public async Task InitializeAsync() => _provider = (await _iam.OkAsync(
        "CreateSAMLProvider", ("Name", _name), ("SAMLMetadataDocument", await _peer.MetadataAsync()))).Value("SAMLProviderArn")!;

    public async Task DisposeAsync()
    {
        _iam.Dispose();
        _sts.Dispose();
        await _peer.DisposeAsync();
    }

    [Theory]
    [InlineData("assertion")]
    [InlineData("response")]
    [InlineData("both")]
    public async Task The_subject_of_an_assertion_assumes_a_role_that_it_names(string sign)
    {
        var role = await RoleAsync();
        var token = await TokenAsync(new() { ["Role"] = $"{role},{_provider}", ["RoleSessionName"] = "alice@corp" }, "alice", sign);

        var answer = await AssumeAsync(role, token);

        Assert.True(answer.Ok, answer.Text);
        Assert.Equal(
            ["Credentials", "AssumedRoleUser", "Subject", "SubjectType", "Issuer", "Audience", "NameQualifier"],
            answer.Xml.Elements().First().Elements().Select(element => element.Name.LocalName));
        Assert.Equal(
            ("alice", "persistent", SamlKey.EntityId, Recipient),
            (answer.Value("Subject"), answer.Value("SubjectType"), answer.Value("Issuer"), answer.Value("Audience")));
        Assert.Equal(Qualifier(), answer.Value("NameQualifier"));
        Assert.Equal(
            $"arn:aws:sts::000000000000:assumed-role/{NameOf(role)}/alice@corp", await _sts.WhoIsAsync(TestKey.Of(answer)));
    }

    [Fact]
    public async Task Policies_see_the_assertion_its_attributes_tags_and_source_identity()
    {
        var seen = new
        {
            StringEquals = new Dictionary<string, string>
            {
                ["saml:aud"] = Recipient,
                ["SAML:iss"] = SamlKey.EntityId,
                ["saml:sub"] = "alice",
                ["saml:sub_type"] = "persistent",
                ["saml:namequalifier"] = Qualifier(),
                ["saml:doc"] = $"000000000000/{_name}",
                ["saml:eduPersonPrincipalName"] = "alice@corp.example",
                ["saml:mail"] = "a@corp.example",
                ["aws:FederatedProvider"] = _provider,
                ["sts:RoleSessionName"] = "alice",
                ["aws:RequestTag/Team"] = "red",
                ["sts:SourceIdentity"] = "origin",
            },
        };
        var conditions = new Dictionary<string, object>
        {
            ["StringEquals"] = seen.StringEquals,
            ["ForAnyValue:StringEquals"] = new Dictionary<string, string>
            {
                ["saml:eduPersonAffiliation"] = "staff", ["sts:TransitiveTagKeys"] = "Team", ["aws:TagKeys"] = "Team",
            },
        };
        string[] actions = [Action, "sts:TagSession", "sts:SetSourceIdentity"];
        var role = await _iam.RoleAsync(
            Trust(new { Federated = _provider }, actions, conditions),
            Allow(new
            {
                Action = "cognito-identity:ListIdentityPools",
                Resource = "*",
                Condition = new { StringEquals = new Dictionary<string, string> { ["saml:sub"] = "alice", ["aws:PrincipalTag/Team"] = "red" } },
            }));
        var attributes = new Dictionary<string, object>
        {
            ["Role"] = $"{_provider},{role}", // In either order.
            ["RoleSessionName"] = "alice",
            ["PrincipalTag:Team"] = "red",
            ["TransitiveTagKeys"] = "Team",
            ["SourceIdentity"] = "origin",
            ["urn:oid:1.3.6.1.4.1.5923.1.1.1.1"] = new[] { "staff", "member" },
            ["urn:oid:1.3.6.1.4.1.5923.1.1.1.6"] = "alice@corp.example",
            ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"] = "a@corp.example",
        };

        var answer = await AssumeAsync(role, await TokenAsync(attributes, "alice"));
        Assert.True(answer.Ok, answer.Text);
        Assert.Equal("origin", answer.Value("SourceIdentity"));
        using var client = server.As(TestKey.Of(answer));
        Assert.True((await client.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);
        AssertRefused(403, "AccessDenied", await AssumeAsync(role, await TokenAsync(attributes, "bob")));
        foreach (var missing in actions)
        {
            var untrusting = await _iam.RoleAsync(Trust(new { Federated = _provider }, actions.Where(action => action != missing), conditions));
            attributes["Role"] = $"{untrusting},{_provider}";
            var denied = await AssumeAsync(untrusting, await TokenAsync(attributes, "alice"));
            AssertRefused(403, "AccessDenied", denied);
            Assert.Equal("Not authorized to perform sts:AssumeRoleWithSAML", denied.Message);
        }
    }

    [Fact]
    public async Task A_role_that_the_assertion_or_its_own_trust_does_not_name_is_denied()
    {
        var (role, other) = (await RoleAsync(), await RoleAsync());
        var token = await TokenAsync(new() { ["Role"] = $"{role},{_provider}", ["RoleSessionName"] = "alice" });

        AssertRefused(403, "AccessDenied", await AssumeAsync(other, token));
        var untrusting = await _iam.RoleAsync(Trust(new { Federated = _provider + "x" }, Action));
        AssertRefused(403, "AccessDenied", await AssumeAsync(
            untrusting, await TokenAsync(new() { ["Role"] = $"{untrusting},{_provider}", ["RoleSessionName"] = "alice" })));
        AssertRefused(403, "AccessDenied", await AssumeAsync(
            role, await TokenAsync(new() { ["Role"] = $"{role},{_provider}x", ["RoleSessionName"] = "alice" })));
    }

    [Fact]
    public async Task A_provider_vouches_for_the_roles_of_its_own_account_alone()
    {
        var role = await RoleAsync();
        var token = await TokenAsync(new() { ["Role"] = $"{role},{_provider}", ["RoleSessionName"] = "alice" });
        foreach (var provider in new[] { _provider + "x", _provider.Replace("000000000000", "111111111111", StringComparison.Ordinal), new string('x', 20) })
        {
            AssertRefused(400, "InvalidIdentityToken", await AssumeAsync(role, token, provider));
        }

        AssertRefused(400, "ValidationError", await AssumeAsync(role, token, _provider + "\0"));

        var theirs = await server.NewAccountAsync();
        var foreign = await theirs.Iam.RoleAsync(Trust(new { Federated = _provider }, Action));
        AssertRefused(400, "InvalidIdentityToken", await AssumeAsync(
            foreign, await TokenAsync(new() { ["Role"] = $"{foreign},{_provider}", ["RoleSessionName"] = "alice" })));
    }

    [Fact]
    public async Task What_is_no_good_assertion_is_refused()
    {
        var role = await RoleAsync();
        var attributes = new Dictionary<string, object> { ["Role"] = $"{role},{_provider}", ["RoleSessionName"] = "alice" };
        var good = await TokenAsync(attributes);
        await using var stranger = new SamlPeer(SamlKey.Rsa());
        var xml = Encoding.UTF8.GetString(Convert.FromBase64String(good));
        string[] bad =
        [
            "abcd",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(xml.Replace(">alice<", ">admin<", StringComparison.Ordinal))),
            await stranger.TokenAsync(Request(attributes, "alice", "both")),
            await _peer.TokenAsync(new { user = "alice", sign = "both", attributes = Full(attributes), recipient = "https://evil.example/saml" }),
            await _peer.TokenAsync(new { user = "alice", sign = "both", attributes = Full(attributes), audience = "https://evil.example" }),
            new string('A', 60_000),
        ];
        foreach (var token in bad)
        {
            AssertRefused(400, "InvalidIdentityToken", await AssumeAsync(role, token));
        }

        AssertRefused(400, "ExpiredTokenException", await AssumeAsync(
            role, await _peer.TokenAsync(new { user = "alice", sign = "both", attributes = Full(attributes), lifetime = -400 })));
        AssertRefused(400, "InvalidIdentityToken", await AssumeAsync(role, await TokenAsync(new() { ["Role"] = $"{role},{_provider}" })));
        AssertRefused(400, "ValidationError", await AssumeAsync(role, new string('A', 100_001)));
        AssertRefused(400, "ValidationError", await AssumeAsync(role, good, null, ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/x")));
        AssertRefused(400, "ValidationError", await AssumeAsync(role, good, null, ("DurationSeconds", "3601")));
        Assert.True((await AssumeAsync(role, good)).Ok);
    }

    [Fact]
    public async Task A_session_ends_when_the_assertion_says()
    {
        var role = await _iam.RoleAsync(Trust(new { Federated = _provider }, Action), null, ("MaxSessionDuration", "43200"));
        var token = await TokenAsync(new()
        {
            ["Role"] = $"{role},{_provider}", ["RoleSessionName"] = "alice", ["SessionDuration"] = "1800",
        });

        var answer = await AssumeAsync(role, token, null, ("DurationSeconds", "7200"));

        Assert.True(answer.Ok, answer.Text);
        Assert.InRange((DateTimeOffset.Parse(answer.Value("Expiration")!, null) - TimeProvider.System.GetUtcNow()).TotalSeconds, 1700, 1800);
    }

    [Fact]
    public async Task Credentials_are_over_when_the_providers_own_session_is()
    {
        var role = await RoleAsync();
        var forge = new SamlForge(_key, TimeProvider.System.GetUtcNow());
        var end = forge.At(3);
        var token = SamlForge.Token(forge.Genuine(assertion => assertion
            .Replace("SessionIndex=\"_s\"", $"SessionNotOnOrAfter=\"{end}\"", StringComparison.Ordinal)
            .Replace(
                "arn:aws:iam::000000000000:role/a,arn:aws:iam::000000000000:saml-provider/p", $"{role},{_provider}", StringComparison.Ordinal)
            .Replace(
                "<saml:AttributeStatement>",
                $"<saml:AttributeStatement><saml:Attribute Name=\"{Attributes}RoleSessionName\">"
                + "<saml:AttributeValue>alice</saml:AttributeValue></saml:Attribute>",
                StringComparison.Ordinal)));

        var answer = await AssumeAsync(role, token);

        Assert.True(answer.Ok, answer.Text);
        Assert.Equal(end, answer.Value("Expiration"));
        var key = TestKey.Of(answer);
        var late = await EventuallyAsync(() => _sts.CallAsync("GetCallerIdentity", key), late => !late.Ok);
        AssertRefused(403, "ExpiredToken", late);
        using var client = server.As(key);
        Assert.Equal("ExpiredTokenException", (await client.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Error);
    }

    private static SamlPeer StartPeer() => new(_key);

    private string Qualifier() =>
#pragma warning disable CA5350 // What AWS defines.
        Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes($"{SamlKey.EntityId}000000000000/{_name}")));
#pragma warning restore CA5350

    private Task<string> RoleAsync() => _iam.RoleAsync(Trust(new { Federated = _provider }, Action));

    private Task<string> TokenAsync(Dictionary<string, object> attributes, string user = "alice", string sign = "both") =>
        _peer.TokenAsync(Request(attributes, user, sign));

    private static object Request(Dictionary<string, object> attributes, string user, string sign) =>
        new { user, sign, attributes = Full(attributes) };

    private static Dictionary<string, object> Full(Dictionary<string, object> attributes) => attributes.ToDictionary(
        one => one.Key.Contains("oid", StringComparison.Ordinal) || one.Key.StartsWith("http", StringComparison.Ordinal)
            ? one.Key : Attributes + one.Key,
        one => one.Value);

    private Task<QueryAnswer> AssumeAsync(string role, string token, string? provider = null, params (string Name, string Value)[] more) =>
        _sts.CallAsync(
            "AssumeRoleWithSAML", null, [("RoleArn", role), ("PrincipalArn", provider ?? _provider), ("SAMLAssertion", token), .. more]);
}

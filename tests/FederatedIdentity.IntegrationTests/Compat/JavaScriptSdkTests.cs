using System.Globalization;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>What the unmodified AWS SDKs for JavaScript make of our answers.</summary>
[Collection(nameof(WireTests))]
public sealed class JavaScriptSdkTests(ServerFixture server)
{
    [Theory]
    [InlineData(SdkPeer.V3)]
    [InlineData(SdkPeer.V2)]
    public async Task A_pool_lives_and_dies_through_the_sdk(string program)
    {
        using var sdk = Start(program);
        var created = await sdk.OutputAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "sdk",
            AllowUnauthenticatedIdentities = true,
            OpenIdConnectProviderARNs = new[] { server.Oidc.Arn },
            IdentityPoolTags = new { Team = "web" },
        });
        var pool = Text(created, "IdentityPoolId");

        Assert.Equal(created.ToJsonString(), (await sdk.OutputAsync("DescribeIdentityPool", new { IdentityPoolId = pool })).ToJsonString());
        var updated = await sdk.OutputAsync("UpdateIdentityPool", new
        {
            IdentityPoolId = pool,
            IdentityPoolName = "renamed",
            AllowUnauthenticatedIdentities = true,
        });
        Assert.Equal(("renamed", null), (Text(updated, "IdentityPoolName"), updated["OpenIdConnectProviderARNs"]));
        Assert.Equal("renamed", (await PoolsAsync(sdk))[pool]);

        Assert.Equal("{}", (await sdk.OutputAsync("DeleteIdentityPool", new { IdentityPoolId = pool })).ToJsonString());
        Assert.Equal(
            ("ResourceNotFoundException", $"IdentityPool '{pool}' not found."),
            NameAndMessage(await sdk.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool })));
    }

    [Theory]
    [InlineData(SdkPeer.V3)]
    [InlineData(SdkPeer.V2)]
    public async Task An_anonymous_application_gets_an_identity_and_a_token_and_the_developer_sees_it(string program)
    {
        var pool = await server.OidcPoolAsync();
        var login = await server.LoginAsync($"sdk-{program}");
        using var application = Start(program, secret: null);
        using var developer = Start(program);

        var guest = Text(await application.OutputAsync("GetId", new { IdentityPoolId = pool }), "IdentityId");
        var user = Text(await application.OutputAsync("GetId", new { IdentityPoolId = pool, Logins = login }), "IdentityId");
        Assert.Equal(user, Text(await application.OutputAsync("GetId", new { IdentityPoolId = pool, Logins = login }), "IdentityId"));
        var token = await application.OutputAsync("GetOpenIdToken", new { IdentityId = user, Logins = login });
        Assert.Equal((user, 3), (Text(token, "IdentityId"), Text(token, "Token").Split('.').Length));

        var described = await developer.OutputAsync("DescribeIdentity", new { IdentityId = user });
        Assert.Equal([server.Oidc.LoginKey], described["Logins"]!.AsArray().Select(name => name!.GetValue<string>()));
        IsNow(described["CreationDate"]);
        IsNow(described["LastModifiedDate"]);
        var listed = (await developer.OutputAsync("ListIdentities", new { IdentityPoolId = pool, MaxResults = 60 }))
            ["Identities"]!.AsArray();
        Assert.Equal(new HashSet<string> { guest, user }, listed.Select(identity => Text(identity!, "IdentityId")).ToHashSet());
        Assert.All(listed, identity => IsNow(identity!["CreationDate"]));
    }

    [Theory]
    [InlineData("ResourceNotFoundException", true, "GetId", """{"IdentityPoolId":"us-east-1:0"}""")]
    [InlineData("ResourceNotFoundException", true, "GetOpenIdToken", """{"IdentityId":"us-east-1:0"}""")]
    [InlineData("InvalidParameterException", true, "ListIdentityPools", """{"MaxResults":1,"NextToken":"foreign"}""")]
    [InlineData("ValidationException", false, "GetId", """{"IdentityPoolId":"nonsense"}""")]
    [InlineData("ValidationException", false, "GetId", "{}")]
    public async Task The_v3_sdk_throws_its_own_class_for_every_error_of_the_model(
        string name, bool modelled, string operation, string input)
    {
        using var sdk = Start(SdkPeer.V3);

        var answer = await sdk.CallAsync(operation, JsonNode.Parse(input)!);

        Assert.Equal(
            (name, modelled, 400),
            (Text(answer, "name"), answer["isModeled"]!.GetValue<bool>(), answer["status"]!.GetValue<int>()));
        Answers.IsRequestId(Text(answer, "requestId"));
        Assert.Equal((await server.Client.CallAsync(operation, input)).Message, Text(answer, "message"));
    }

    [Theory]
    [InlineData(SdkPeer.V3)]
    [InlineData(SdkPeer.V2)]
    public async Task Refusals_arrive_with_their_names_and_sentences(string program)
    {
        var closed = await server.PoolAsync(new { OpenIdConnectProviderARNs = new[] { server.Oidc.Arn } });
        using var anonymous = Start(program, secret: null);
        using var wrong = Start(program, secret: "wrong");

        Assert.Equal(
            ("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool."),
            NameAndMessage(await anonymous.CallAsync("GetId", new { IdentityPoolId = closed })));
        Assert.Equal("InvalidSignatureException", NameAndMessage(await wrong.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Name);
        // Amplify starts anew when, and only when, the sentence is exactly this one.
        Assert.Equal(
            ("ResourceNotFoundException", "Identity 'us-east-1:00000000-0000-0000-0000-000000000000' not found."),
            NameAndMessage(await anonymous.CallAsync(
                "GetOpenIdToken", new { IdentityId = "us-east-1:00000000-0000-0000-0000-000000000000" })));
        var tooLarge = await anonymous.CallAsync("GetId", new
        {
            IdentityPoolId = closed,
            Logins = Enumerable.Range(0, 30).ToDictionary(number => $"{number}", _ => new string('x', 50_000)),
        });
        Assert.Equal(413, tooLarge["status"]!.GetValue<int>());
        Assert.Equal("RequestEntityTooLargeException", Text(tooLarge, "name"));
    }

    [Theory]
    [InlineData(SdkPeer.V3, -3)]
    [InlineData(SdkPeer.V3, 3)]
    [InlineData(SdkPeer.V2, -3)]
    [InlineData(SdkPeer.V2, 3)]
    public async Task A_client_with_a_wrong_clock_corrects_it_from_our_refusal(string program, int hours)
    {
        using var sdk = SdkPeer.Start(program, server.Server.BaseAddress, clockOffset: TimeSpan.FromHours(hours));

        var first = await sdk.CallAsync("ListIdentityPools", new { MaxResults = 1 });
        var second = await sdk.CallAsync("ListIdentityPools", new { MaxResults = 1 });

        Assert.True(first["ok"]!.GetValue<bool>(), first.ToJsonString());
        Assert.Equal((2, 1), (first["attempts"]!.GetValue<int>(), second["attempts"]!.GetValue<int>()));
    }

    private SdkPeer Start(string program, string? secret = TestServer.SecretAccessKey) =>
        SdkPeer.Start(program, server.Server.BaseAddress, secret);

    private static async Task<Dictionary<string, string>> PoolsAsync(SdkPeer sdk)
    {
        var pools = new Dictionary<string, string>();
        string? next = null;
        do
        {
            var page = await sdk.OutputAsync(
                "ListIdentityPools",
                next is null ? new { MaxResults = 20 } : new { MaxResults = 20, NextToken = next });
            foreach (var pool in page["IdentityPools"]!.AsArray())
            {
                pools.Add(Text(pool!, "IdentityPoolId"), Text(pool!, "IdentityPoolName"));
            }

            next = page["NextToken"]?.GetValue<string>();
        }
        while (next is not null);
        return pools;
    }

    /// <summary>The SDK made a Date of it, which prints itself in ISO form.</summary>
    private static void IsNow(JsonNode? date) => Assert.InRange(
        (TimeProvider.System.GetUtcNow() - DateTimeOffset.ParseExact(
            date!.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).TotalSeconds,
        -1,
        120);

    private static (string Name, string Message) NameAndMessage(JsonNode answer) => (Text(answer, "name"), Text(answer, "message"));

    private static string Text(JsonNode node, string member) =>
        node[member]?.GetValue<string>() ?? throw new InvalidOperationException($"No {member} in {node.ToJsonString()}");
}

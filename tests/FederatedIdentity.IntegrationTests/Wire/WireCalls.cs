using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>The calls that most tests begin with, and what refusals say.</summary>
internal static class WireCalls
{
    public const string Developer = "login.mine";
    public const string AnyRole = "arn:aws:iam::000000000000:role/Any";

    public const string DoNotMatch =
        "Logins don't match. Please include at least one valid login for this identity or identity pool.";

    public const string UnsupportedDeveloper = "This identity pool does not support the specified developer provider";
    public const string PublicOnly = "Please provide a valid public provider";
    public const string Linked = "Logins are already linked to another account.";

    /// <summary>A pool that takes guests, the developer's users and users of every OpenID provider.</summary>
    public static Task<string> DeveloperPoolAsync(this ServerFixture server) => server.PoolAsync(new
    {
        AllowUnauthenticatedIdentities = true,
        DeveloperProviderName = Developer,
        OpenIdConnectProviderARNs = new[] { server.Oidc.Arn, server.OtherOidc.Arn, server.DeadArn },
    });

    public static async Task<string> GuestAsync(this ServerFixture server, string pool) =>
        (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

    public static async Task<string> IdAsync(this ServerFixture server, string pool, Dictionary<string, string> logins) =>
        (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins }))["IdentityId"];

    public static async Task<string> DeveloperIdAsync(this ServerFixture server, string pool, string user, string? identity = null) =>
        (await server.DeveloperTokenAsync(pool, user, identity))["IdentityId"];

    public static Task<WireAnswer> DeveloperTokenAsync(
        this ServerFixture server, string pool, string user, string? identity = null, Dictionary<string, string>? also = null) =>
        server.Client.CallAsync(
            "GetOpenIdTokenForDeveloperIdentity",
            new { IdentityPoolId = pool, IdentityId = identity, Logins = new Dictionary<string, string>(also ?? []) { [Developer] = user } });

    public static Task<WireAnswer> UnlinkDeveloperAsync(this ServerFixture server, string pool, string identity, string user) =>
        server.Client.CallAsync("UnlinkDeveloperIdentity", new
        {
            IdentityPoolId = pool,
            IdentityId = identity,
            DeveloperProviderName = Developer,
            DeveloperUserIdentifier = user,
        });

    public static Task<WireAnswer> MergeAsync(this ServerFixture server, string pool, string source, string destination) =>
        server.Client.CallAsync("MergeDeveloperIdentities", new
        {
            IdentityPoolId = pool,
            DeveloperProviderName = Developer,
            SourceUserIdentifier = source,
            DestinationUserIdentifier = destination,
        });

    /// <summary>A Logins map that proves one user at both OpenID providers.</summary>
    public static async Task<Dictionary<string, string>> BothLoginsAsync(this ServerFixture server, string subject, string other) => new()
    {
        [server.Oidc.LoginKey] = await server.Oidc.TokenAsync(subject),
        [server.OtherOidc.LoginKey] = await server.OtherOidc.TokenAsync(other),
    };

    /// <summary>A Logins map whose provider does not answer, with a token that is refused for no other reason.</summary>
    public static Dictionary<string, string> DeadLogin(this ServerFixture server)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = JsonSerializer.Serialize(
            new { iss = $"http://{server.DeadKey}", sub = "nobody", aud = "client-RS256", iat = now, exp = now + 600 });
        var signature = Base64Url.EncodeToString(new byte[256]);
        return new() { [server.DeadKey] = $"{Encode("""{"alg":"RS256","kid":"k"}""")}.{Encode(claims)}.{signature}" };
    }

    public static JsonObject Claims(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    /// <summary>The provider names of an identity, as DescribeIdentity lists them.</summary>
    public static async Task<string[]> ProvidersAsync(this ServerFixture server, string identity)
    {
        var answer = await server.Client.CallAsync("DescribeIdentity", new { IdentityId = identity });
        Assert.True(answer.Ok, answer.Text);
        return [.. (answer.Body["Logins"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal)];
    }

    public static async Task<Dictionary<string, string>> TagsAsync(this ServerFixture server, string pool)
    {
        var answer = await server.Client.CallAsync(
            "ListTagsForResource", new { ResourceArn = $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool}" });
        Assert.True(answer.Ok, answer.Text);
        return answer.Body["Tags"]!.AsObject().ToDictionary(tag => tag.Key, tag => tag.Value!.GetValue<string>());
    }

    public static void AssertRefused(string type, string message, WireAnswer answer) =>
        Assert.Equal((400, type, message), (answer.Status, answer.Error, answer.Ok ? null : answer.Message));

    public static void AssertForbidden(string identity, WireAnswer answer) =>
        AssertRefused("NotAuthorizedException", $"Access to Identity '{identity}' is forbidden.", answer);

    public static void AssertIdentityNotFound(string identity, WireAnswer answer) =>
        AssertRefused("ResourceNotFoundException", $"Identity '{identity}' not found.", answer);

    public static void AssertEmpty(WireAnswer answer) => Assert.Equal((200, ""), (answer.Status, answer.Text));

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

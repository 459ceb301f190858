using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Tests.Shared;

/// <summary>What a user pool gives to a user who signed in.</summary>
public sealed record UserPoolTokens(string Id, string Access, string Refresh);

/// <summary>
/// npm's cognito-local, an emulator of Cognito user pools, as a process on a loopback port. Its two pools share one signing key, which
/// its package publishes: that also makes tokens that it would not issue.
/// </summary>
public sealed class CognitoLocalPeer : IAsyncDisposable
{
    public const string Pool = "us-east-1_TEST00001";
    public const string OtherPool = "us-east-1_OTHER0001";
    public const string RealIssuer = "https://cognito-idp.us-east-1.amazonaws.com";

    private const string Password = "Passw0rd!";

    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly Process _process;

    private CognitoLocalPeer(Process process, string url) => (_process, Url) = (process, url);

    /// <summary>Such as <c>http://127.0.0.1:4100</c>.</summary>
    public string Url { get; }

    /// <summary>With the issuer of the real service, or without one to announce its own address.</summary>
    public static async Task<CognitoLocalPeer> StartAsync(string? issuer = RealIssuer)
    {
        var settings = new Dictionary<string, string?> { ["PORT"] = "0", ["POOLS"] = $"{Pool},{OtherPool}" };
        if (issuer is not null)
        {
            settings["ISSUER"] = issuer;
        }

        var (process, ready) = await Peer.StartReadyAsync("cognito-local.mjs", settings);
        return new CognitoLocalPeer(process, ready);
    }

    /// <summary>A new app client's id.</summary>
    public async Task<string> ClientAsync(string pool = Pool)
    {
        var answer = await CallAsync("CreateUserPoolClient", new { UserPoolId = pool, ClientName = "app" });
        return answer["UserPoolClient"]!["ClientId"]!.GetValue<string>();
    }

    /// <summary>A new user who can sign in at once.</summary>
    public async Task SignUpAsync(string user, string pool = Pool, string? customRole = null)
    {
        object[] attributes = customRole is null
            ? [new { Name = "email", Value = $"{user}@example.test" }]
            : [new { Name = "email", Value = $"{user}@example.test" }, new { Name = "custom:role", Value = customRole }];
        await CallAsync("AdminCreateUser", new
        {
            UserPoolId = pool,
            Username = user,
            UserAttributes = attributes,
            TemporaryPassword = Password,
            MessageAction = "SUPPRESS",
        });
        await CallAsync("AdminSetUserPassword", new { UserPoolId = pool, Username = user, Password, Permanent = true });
    }

    public async Task<UserPoolTokens> SignInAsync(string user, string client)
    {
        var answer = await CallAsync("InitiateAuth", new
        {
            ClientId = client,
            AuthFlow = "USER_PASSWORD_AUTH",
            AuthParameters = new { USERNAME = user, PASSWORD = Password },
        });
        var tokens = answer["AuthenticationResult"]!;
        return new(
            tokens["IdToken"]!.GetValue<string>(), tokens["AccessToken"]!.GetValue<string>(), tokens["RefreshToken"]!.GetValue<string>());
    }

    public async Task JoinAsync(string user, string group, string pool = Pool)
    {
        await CallAsync("CreateGroup", new { UserPoolId = pool, GroupName = group });
        await CallAsync("AdminAddUserToGroup", new { UserPoolId = pool, Username = user, GroupName = group });
    }

    public Task DisableAsync(string user, string pool = Pool) =>
        CallAsync("AdminDisableUser", new { UserPoolId = pool, Username = user });

    public Task DeleteAsync(string user, string pool = Pool) =>
        CallAsync("AdminDeleteUser", new { UserPoolId = pool, Username = user });

    /// <summary>A token's claims, changed and signed again with the emulator's own key.</summary>
    public static string Resign(string token, Action<JsonObject> change)
    {
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();
        change(claims);
        var input = $"{token.Split('.')[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var keys = Path.Combine(
            Peer.RepositoryRoot, "tests", "Peers", "node_modules", "cognito-local", "lib", "keys", "cognitoLocal.private.json");
        using var rsa = RSA.Create();
        rsa.ImportFromPem(JsonNode.Parse(File.ReadAllText(keys))!["pem"]!.GetValue<string>());
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
        {
            // SIGTERM, so that it takes its folder with it.
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<JsonNode> CallAsync(string operation, object input)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url))
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(input)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"AWSCognitoIdentityProviderService.{operation}");
        using var answer = await _http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(body.Length > 0 ? body : "{}") ?? new JsonObject()
            : throw new InvalidOperationException($"{operation}: {body}");
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>A user with an access key.</summary>
internal sealed record TestUser(string Name, string Arn, TestKey Key);

/// <summary>What most tests of STS begin with.</summary>
internal static class StsCalls
{
    public const string AllowAll = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static StsClient Sts(this ServerFixture server) => new(server.Server.BaseAddress);

    public static WireClient As(this ServerFixture server, TestKey key) => new(server.Server.BaseAddress, key.Id, key.Secret, key.Token);

    /// <summary>A statement that allows everything that its parts do not narrow.</summary>
    public static string Allow(object statement) => Statements(new { Effect = "Allow" }, statement);

    /// <summary>A policy of one statement.</summary>
    public static string Statements(params object[] parts)
    {
        var statement = new JsonObject();
        foreach (var (name, value) in parts.SelectMany(part => JsonNode.Parse(JsonSerializer.Serialize(part))!.AsObject()))
        {
            statement[name] = value?.DeepClone();
        }

        return new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statement) }.ToJsonString();
    }

    /// <summary>Trust for the identities of a pool, as AWS's console writes it.</summary>
    public static string PoolTrust(string pool, string amr = "authenticated", params string[] more) => Statements(new
    {
        Effect = "Allow",
        Principal = new { Federated = "cognito-identity.amazonaws.com" },
        Action = (string[])["sts:AssumeRoleWithWebIdentity", .. more],
        Condition = new Dictionary<string, object>
        {
            ["StringEquals"] = new Dictionary<string, string> { ["cognito-identity.amazonaws.com:aud"] = pool },
            ["ForAnyValue:StringLike"] = new Dictionary<string, string> { ["cognito-identity.amazonaws.com:amr"] = amr },
        },
    });

    public static string Trust(object principal, object action, object? condition = null) => condition is null
        ? Statements(new { Effect = "Allow", Principal = principal, Action = action })
        : Statements(new { Effect = "Allow", Principal = principal, Action = action, Condition = condition });

    /// <summary>A new role's ARN.</summary>
    public static async Task<string> RoleAsync(
        this QueryClient iam, string trust, string? policy = null, params (string Name, string Value)[] more)
    {
        var name = IamCalls.NewName("role");
        var created = await iam.OkAsync("CreateRole", [("RoleName", name), ("AssumeRolePolicyDocument", trust), .. more]);
        if (policy is not null)
        {
            await iam.OkAsync("PutRolePolicy", ("RoleName", name), ("PolicyName", "p"), ("PolicyDocument", policy));
        }

        return created.Value("Arn")!;
    }

    public static async Task<TestUser> UserAsync(this QueryClient iam, string? policy = null, params (string Name, string Value)[] more)
    {
        var name = IamCalls.NewName("user");
        var created = await iam.OkAsync("CreateUser", [("UserName", name), .. more]);
        if (policy is not null)
        {
            await iam.PutPolicyAsync(name, policy);
        }

        var key = await iam.OkAsync("CreateAccessKey", ("UserName", name));
        return new TestUser(name, created.Value("Arn")!, new TestKey(key.Value("AccessKeyId")!, key.Value("SecretAccessKey")!));
    }

    public static Task PutPolicyAsync(this QueryClient iam, string user, string policy) =>
        iam.OkAsync("PutUserPolicy", ("UserName", user), ("PolicyName", "p"), ("PolicyDocument", policy));

    public static string NameOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    public static async Task SetRolesAsync(this ServerFixture server, string pool, object roles, object? mappings = null)
    {
        var answer = await server.Client.CallAsync(
            "SetIdentityPoolRoles", new { IdentityPoolId = pool, Roles = roles, RoleMappings = mappings });
        Assert.True(answer.Ok, answer.Text);
    }

    public static Task<WireAnswer> CredentialsAsync(
        this ServerFixture server, string identity, Dictionary<string, string>? logins = null, string? customRole = null) =>
        server.Client.CallAsync("GetCredentialsForIdentity", new JsonObject
        {
            ["IdentityId"] = identity,
            ["Logins"] = logins is null ? null : new JsonObject(logins.Select(login => KeyValuePair.Create(login.Key, (JsonNode?)login.Value))),
            ["CustomRoleArn"] = customRole,
        });

    public static TestKey KeyOf(WireAnswer answer)
    {
        Assert.True(answer.Ok, answer.Text);
        var credentials = answer.Body["Credentials"]!;
        return new TestKey($"{credentials["AccessKeyId"]}", $"{credentials["SecretKey"]}", $"{credentials["SessionToken"]}");
    }

    /// <summary>Asks again while what replicas remember for a moment may still be old.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> isIt)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await ask();
            if (isIt(answer) || patience.IsCancellationRequested)
            {
                Assert.True(isIt(answer), $"{answer}");
                return answer;
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    public static void AssertRefused(int status, string code, QueryAnswer answer) =>
        Assert.Equal((status, code), (answer.Status, answer.Ok ? answer.Text : answer.Error));
}

using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Compat;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>An account of its own for a test, and its root.</summary>
internal sealed record TestAccount(string Id, QueryClient Iam, WireClient Pools);

/// <summary>What most tests of IAM begin with.</summary>
internal static class IamCalls
{
    public const string Home = "000000000000";

    public const string Trust =
        """{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sts:AssumeRole"}]}""";

    public const string Policy =
        """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-identity:ListIdentityPools","Resource":"*"}]}""";

    private static int _names;

    public static string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names)}";

    public static QueryClient Iam(this ServerFixture server) =>
        new(server.Server.BaseAddress, TestServer.AccessKeyId, TestServer.SecretAccessKey);

    public static QueryClient IamAs(this ServerFixture server, string accessKeyId, string secret) =>
        new(server.Server.BaseAddress, accessKeyId, secret);

    public static AwsCli IamCli(this ServerFixture server) => new(server.Server.BaseAddress) { Service = "iam" };

    /// <summary>Runs the account verb of the server's own program on the database under test.</summary>
    public static Task<(int Status, string Log)> AccountVerbAsync(this ServerFixture server, params string[] arguments) =>
        ServerProcess.RunAsync(TestServer.Settings(server.Database, 0, server.Issuer), ["account", .. arguments]);

    public static async Task<TestAccount> NewAccountAsync(this ServerFixture server)
    {
        var (status, output) = await server.AccountVerbAsync("create");
        Assert.True(status == 0, output);
        var created = JsonNode.Parse(output)!;
        var (key, secret) = ($"{created["AccessKeyId"]}", $"{created["SecretAccessKey"]}");
        return new TestAccount(
            $"{created["AccountId"]}", server.IamAs(key, secret), new WireClient(server.Server.BaseAddress, key, secret));
    }

    public static Task<QueryAnswer> CreateRoleAsync(this QueryClient iam, string name, params (string, string)[] more) =>
        iam.OkAsync("CreateRole", [("RoleName", name), ("AssumeRolePolicyDocument", Trust), .. more]);

    public static Task<QueryAnswer> CreateUserAsync(this QueryClient iam, string name, params (string, string)[] more) =>
        iam.OkAsync("CreateUser", [("UserName", name), .. more]);

    public static (string Name, string Value)[] TagParameters(IEnumerable<(string Key, string Value)> tags) =>
        [.. tags.SelectMany((tag, index) => new[]
        {
            ($"Tags.member.{index + 1}.Key", tag.Key),
            ($"Tags.member.{index + 1}.Value", tag.Value),
        })];
}

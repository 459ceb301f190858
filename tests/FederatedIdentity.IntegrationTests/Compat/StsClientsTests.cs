using System.Diagnostics;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>Unmodified AWS clients get credentials from us and sign with them: who they then are is what the role says.</summary>
[Collection(nameof(WireTests))]
public sealed class StsClientsTests(ServerFixture server) : IDisposable
{
    private static readonly Dictionary<string, string?> _noKeys = new()
    {
        ["AWS_ACCESS_KEY_ID"] = null, ["AWS_SECRET_ACCESS_KEY"] = null, ["AWS_SESSION_TOKEN"] = null,
    };

    private static string Python => Environment.GetEnvironmentVariable("FEDERATED_IDENTITY_TEST_PYTHON") is { Length: > 0 } named
        ? named
        : "/usr/bin/python3";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly QueryClient _iam = server.Iam();

    public void Dispose() => _iam.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_v3_sdk_becomes_the_role_of_a_user_or_of_a_guest(bool user)
    {
        var (pool, users, guests) = await PoolAsync();
        string[] login = user ? [server.Oidc.LoginKey, await server.Oidc.TokenAsync("v3")] : [];

        var answer = await RunAsync("credentials.mjs", [pool, .. login]);

        Assert.Equal(Assumed(user ? users : guests, "CognitoIdentityCredentials"), $"{answer["arn"]}");
        Assert.Equal(200, (await server.Client.CallAsync("DescribeIdentity", new { IdentityId = $"{answer["identityId"]}" })).Status);
    }

    [Theory]
    [InlineData(false, "CognitoIdentityCredentials")]
    [InlineData(true, "web-identity")]
    public async Task The_v2_sdk_becomes_the_role_in_both_flows(bool classic, string session)
    {
        var (pool, users, _) = await PoolAsync();
        string[] role = classic ? [users] : [];

        var answer = await RunAsync("caller-v2.mjs", [pool, server.Oidc.LoginKey, await server.Oidc.TokenAsync("v2"), .. role]);

        Assert.Equal(Assumed(users, session), $"{answer["arn"]}");
    }

    [Fact]
    public async Task Boto3_trades_a_web_identity_token()
    {
        var role = await ProviderRoleAsync();

        var (status, output, error) = await WithTokenAsync(file => StartAsync(
            Python, [Path.Combine(Peer.RepositoryRoot, "tests", "Peers", "web_identity.py"), Endpoint, "us-east-1", role, file], []));

        Assert.True(status == 0, error);
        var answer = JsonNode.Parse(output)!;
        Assert.Equal((Assumed(role, "boto3"), server.Oidc.Arn), ($"{answer["arn"]}", $"{answer["provider"]}"));
    }

    [Fact]
    public async Task The_CLI_finds_its_web_identity_in_the_environment()
    {
        var role = await ProviderRoleAsync();

        var home = Directory.CreateTempSubdirectory(); // The CLI keeps credentials there; a later run's server knows nothing of them.
        await WriteEndpointAsync(home);
        var (status, output, error) = await WithTokenAsync(file => StartAsync(
            AwsCli.Program,
            ["sts", "get-caller-identity", "--region", "us-east-1", "--output", "json", "--endpoint-url", Endpoint],
            new()
            {
                ["AWS_WEB_IDENTITY_TOKEN_FILE"] = file, ["AWS_ROLE_ARN"] = role, ["AWS_ROLE_SESSION_NAME"] = "cli",
                ["AWS_ENDPOINT_URL"] = Endpoint, ["AWS_DATA_PATH"] = home.FullName, ["HOME"] = home.FullName,
            }));
        home.Delete(recursive: true);

        Assert.True(status == 0, error);
        Assert.Equal(Assumed(role, "cli"), $"{JsonNode.Parse(output)!["Arn"]}");
    }

    [Fact]
    public async Task The_CLI_assumes_roles_and_signs_with_what_it_got()
    {
        var user = await _iam.UserAsync();
        var role = await _iam.RoleAsync(Trust(new { AWS = user.Arn }, "sts:AssumeRole"));
        var cli = new AwsCli(server.Server.BaseAddress) { Service = "sts", AccessKeyId = user.Key.Id, Secret = user.Key.Secret };

        var assumed = (await cli.OkAsync("assume-role", "--role-arn", role, "--role-session-name", "by-cli")).Json["Credentials"]!;

        var key = new TestKey($"{assumed["AccessKeyId"]}", $"{assumed["SecretAccessKey"]}", $"{assumed["SessionToken"]}");
        using var sts = server.Sts();
        Assert.Equal(Assumed(role, "by-cli"), await sts.WhoIsAsync(key));
        Assert.Equal(user.Arn, $"{(await cli.OkAsync("get-caller-identity")).Json["Arn"]}");
        var session = (await cli.OkAsync("get-session-token")).Json["Credentials"]!;
        Assert.Equal(user.Arn, await sts.WhoIsAsync(
            new TestKey($"{session["AccessKeyId"]}", $"{session["SecretAccessKey"]}", $"{session["SessionToken"]}")));
    }

    private string Endpoint => server.Server.BaseAddress.GetLeftPart(UriPartial.Authority);

    private static string Assumed(string role, string session) => $"arn:aws:sts::000000000000:assumed-role/{NameOf(role)}/{session}";

    private async Task<(string Pool, string Users, string Guests)> PoolAsync()
    {
        var pool = await server.OidcPoolAsync();
        var (users, guests) = (await _iam.RoleAsync(PoolTrust(pool)), await _iam.RoleAsync(PoolTrust(pool, "unauthenticated")));
        await server.SetRolesAsync(pool, new { authenticated = users, unauthenticated = guests });
        return (pool, users, guests);
    }

    /// <summary>
    /// Before mid-2023 the CLI asked for a web identity's credentials where its endpoint rules say and nowhere else. It takes rules of
    /// one's own from AWS_DATA_PATH; since then AWS_ENDPOINT_URL is enough.
    /// </summary>
    private Task WriteEndpointAsync(DirectoryInfo directory) => File.WriteAllTextAsync(
        Path.Combine(directory.CreateSubdirectory("sts/2011-06-15").FullName, "endpoint-rule-set-1.json"),
        $$"""
        {"version":"1.0","parameters":{
            "Region":{"builtIn":"AWS::Region","required":false,"documentation":"","type":"String"},
            "UseDualStack":{"builtIn":"AWS::UseDualStack","required":true,"default":false,"documentation":"","type":"Boolean"},
            "UseFIPS":{"builtIn":"AWS::UseFIPS","required":true,"default":false,"documentation":"","type":"Boolean"},
            "Endpoint":{"builtIn":"SDK::Endpoint","required":false,"documentation":"","type":"String"},
            "UseGlobalEndpoint":{"builtIn":"AWS::STS::UseGlobalEndpoint","required":true,"default":false,"documentation":"","type":"Boolean"} },
         "rules":[{"conditions":[],"endpoint":{"url":"{{Endpoint}}","properties":{},"headers":{} },"type":"endpoint"}]}
        """);

    private Task<string> ProviderRoleAsync() => _iam.RoleAsync(Trust(
        new { Federated = server.Oidc.Arn }, "sts:AssumeRoleWithWebIdentity",
        new { StringEquals = new Dictionary<string, string> { [$"{server.Oidc.LoginKey}:aud"] = "client-RS256" } }));

    private async Task<JsonNode> RunAsync(string program, string[] arguments)
    {
        var (status, output, error) = await Peer.RunAsync(program, _noKeys, [Endpoint, "us-east-1", .. arguments]);
        Assert.True(status == 0, error);
        var answer = JsonNode.Parse(output)!;
        Assert.True(answer["arn"] is not null, output);
        return answer;
    }

    private async Task<T> WithTokenAsync<T>(Func<string, Task<T>> use)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, await server.Oidc.TokenAsync("web-identity"));
            return await use(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Status, string Output, string Error)> StartAsync(
        string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        environment["AWS_CONFIG_FILE"] = environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(_patience);
        return (process.ExitCode, await output, await error);
    }
}

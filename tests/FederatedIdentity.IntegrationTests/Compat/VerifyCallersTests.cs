using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>The caller verifiers of docs/verify.md and their clients, with a real STS: only a URL made for them, and once, counts.</summary>
[Collection(nameof(WireTests))]
public sealed class VerifyCallersTests(ServerFixture server)
{
    private const string Us = "api.example.com";
    private const string Account = "000000000000";

    public static TheoryData<string> Languages => ["javascript", "python"];

    public static TheoryData<string, string> Pairs => new()
    {
        { "javascript", "javascript" }, { "javascript", "python" }, { "python", "javascript" }, { "python", "python" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_presigned_URL_says_who_sent_it_and_only_once(string client, string language)
    {
        await using var verifier = await StartAsync(language);
        var url = await PresignAsync(client, Us);

        var caller = await verifier.JudgeAsync(url);

        Assert.True(caller["ok"]!.GetValue<bool>(), caller.ToJsonString());
        Assert.Equal((Account, $"arn:aws:iam::{Account}:root"), ($"{caller["account"]}", $"{caller["arn"]}"));
        IsRefused(await verifier.JudgeAsync(url), "a second time");
        IsRefused(await verifier.JudgeAsync(await PresignAsync(client, "other.example.com")), "for another server");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_session_of_a_role_is_known_by_its_account_role_and_name(string client, string language)
    {
        var (role, keys) = await SessionAsync();
        await using var verifier = await StartAsync(language);

        var caller = await verifier.JudgeAsync(await PresignAsync(client, Us, keys));

        Assert.True(caller["ok"]!.GetValue<bool>(), caller.ToJsonString());
        Assert.Equal((Account, $"arn:aws:sts::{Account}:assumed-role/{role}/job@1"), ($"{caller["account"]}", $"{caller["arn"]}"));
        Assert.EndsWith(":job@1", $"{caller["userId"]}", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Anything_else_is_refused(string language)
    {
        await using var verifier = await StartAsync(language);
        var call = new PresignedCall(server.Issuer, Us);
        var (good, now) = (call.Url(), TimeProvider.System.GetUtcNow());
        var query = good[$"{server.Issuer}/?".Length..];
        var signature = good.Split("X-Amz-Signature=")[1];

        foreach (var (name, url) in new (string, string)[]
        {
            ("nothing", ""),
            ("another host", $"https://sts.attacker.example/?{query}"),
            ("our host as a user name", $"{server.Issuer}@attacker.example/?{query}"),
            ("our host as the beginning of another", $"{server.Issuer}.attacker.example/?{query}"),
            ("another scheme", $"{server.Issuer.Replace("http:", "https:", StringComparison.Ordinal)}/?{query}"),
            ("another path", $"{server.Issuer}/.well-known/jwks_uri?{query}"),
            ("a path that climbs", $"{server.Issuer}/../?{query}"),
            ("a space in front", $" {good}"),
            ("a fragment", $"{good}#x"),
            ("a second query", $"{good}?{query}"),
            ("another action", (call with { Action = "GetSessionToken" }).Url()),
            ("an action in other case", (call with { Action = "getcalleridentity" }).Url()),
            ("a second action", (call with { More = [("Action", "GetSessionToken")] }).Url()),
            ("an action in small letters beside it", (call with { More = [("action", "GetSessionToken")] }).Url()),
            ("a further parameter", (call with { More = [("RoleArn", "arn:aws:iam::000000000000:role/r")] }).Url()),
            ("a second signature", $"{good}&X-Amz-Signature={signature}"),
            ("an encoded parameter name", good.Replace("Action=", "%41ction=", StringComparison.Ordinal)),
            ("a line break in a value", $"{good}&x-id=%0d%0aHost:x"),
            ("an empty value", $"{good}&x-id="),
            ("no server id", (call with { Headers = [] }).Url()),
            ("another server's id", (call with { ServerId = "other.example.com" }).Url()),
            ("a further signed header", (call with { Headers = [("x-server-id", Us), ("x-other", "1")] }).Url()),
            ("good for an hour", (call with { Lifetime = "3600" }).Url()),
            ("good for no time", (call with { Lifetime = "0" }).Url()),
            ("good for less than no time", (call with { Lifetime = "-60" }).Url()),
            ("expired", (call with { Time = now.AddMinutes(-3) }).Url()),
            ("from the future", (call with { Time = now.AddMinutes(10) }).Url()),
            ("no date", good.Replace($"&X-Amz-Date={SigV4Signer.Stamp(call.Time)}", "", StringComparison.Ordinal)),
            ("no day", good.Replace(SigV4Signer.Stamp(call.Time), "20269999T999999Z", StringComparison.Ordinal)),
            ("another service", (call with { Service = "iam" }).Url()),
            ("a wrong secret", (call with { Secret = "wrong" }).Url()),
            ("an unknown key", (call with { AccessKeyId = "AKIAUNKNOWNUNKNOWN00" }).Url()),
            ("an altered signature", good.Replace(signature, signature[..^4] + (signature.EndsWith("0000", StringComparison.Ordinal)
                ? "1111" : "0000"), StringComparison.Ordinal)),
            ("a signature in capitals", good.Replace(signature, $"A{signature.ToUpperInvariant()[1..]}", StringComparison.Ordinal)),
            ("a foreign session token", (call with { More = [("X-Amz-Security-Token", "x")] }).Url()),
            ("longer than anybody needs", $"{good}&x-id={new string('x', 20_000)}"),
        })
        {
            IsRefused(await verifier.JudgeAsync(url), name);
        }

        var known = await verifier.JudgeAsync(good);
        Assert.True(known["ok"]!.GetValue<bool>(), known.ToJsonString()); // Refusals of its variants have not used it up.
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Callers_of_other_accounts_are_refused(string language)
    {
        await using var verifier = await StartAsync(language, accounts: "111111111111,222222222222");

        IsRefused(await verifier.JudgeAsync(new PresignedCall(server.Issuer, Us).Url()), "a foreign account");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task An_STS_that_cannot_be_asked_makes_no_caller_bad_and_none_good(string language)
    {
        await using var down = await MintedIssuer.StartAsync();
        await using var verifier = await StartAsync(language, down.Issuer);
        var url = new PresignedCall(down.Issuer, Us).Url();

        down.IsDown = true;
        Assert.NotNull((await verifier.JudgeAsync(url))["unavailable"]);
        down.IsDown = false;

        // It now answers with something that names nobody; the URL was not used up before.
        Assert.NotNull((await verifier.JudgeAsync(url))["unavailable"]);
    }

    private Task<ExampleProgram> StartAsync(string language, string? sts = null, string accounts = Account) =>
        ExampleProgram.StartAsync(language, "callers", new Dictionary<string, string?>
        {
            ["STS"] = sts ?? server.Issuer,
            ["SERVER_ID"] = Us,
            ["ACCOUNTS"] = accounts,
        });

    /// <summary>A role that a new user assumes with the CLI, and the session's credentials.</summary>
    private async Task<(string Role, JsonNode Keys)> SessionAsync()
    {
        using var iam = server.Iam();
        var name = IamCalls.NewName("presign");
        var role = (await iam.CreateRoleAsync(name)).Value("Arn")!;
        await iam.CreateUserAsync(name);
        var policy =
            $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{{role}}"}]}""";
        await iam.OkAsync("PutUserPolicy", ("UserName", name), ("PolicyName", "assume"), ("PolicyDocument", policy));
        var key = await iam.OkAsync("CreateAccessKey", ("UserName", name));
        var cli = new AwsCli(server.Server.BaseAddress)
        {
            Service = "sts",
            AccessKeyId = key.Value("AccessKeyId")!,
            Secret = key.Value("SecretAccessKey")!,
        };
        var session = await cli.OkAsync("assume-role", "--role-arn", role, "--role-session-name", "job@1");
        return (name, session.Json["Credentials"]!);
    }

    private async Task<string> PresignAsync(string language, string serverId, JsonNode? keys = null)
    {
        await using var client = await ExampleProgram.StartAsync(language, "presign", new Dictionary<string, string?>
        {
            ["STS"] = server.Issuer,
            ["SERVER_ID"] = serverId,
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = $"{keys?["AccessKeyId"] ?? TestServer.AccessKeyId}",
            ["AWS_SECRET_ACCESS_KEY"] = $"{keys?["SecretAccessKey"] ?? TestServer.SecretAccessKey}",
            ["AWS_SESSION_TOKEN"] = keys?["SessionToken"]?.GetValue<string>(),
            ["AWS_PROFILE"] = null,
            ["AWS_CONFIG_FILE"] = "/dev/null",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        });
        return await client.LineAsync();
    }

    private static void IsRefused(JsonNode answer, string name) =>
        Assert.True(answer["refused"]?.GetValue<string>() is { Length: > 0 }, $"{name}: {answer.ToJsonString()}");
}

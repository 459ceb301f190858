using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Server.Smoke;

/// <summary>
/// Makes a pool and a role, gets an identity, a token and credentials as a guest, verifies the token, and removes what was made,
/// whatever happened in between.
/// </summary>
internal sealed class SmokeRun(SmokeOrder order, SmokeClient client, Steps steps, TimeProvider clock)
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly string _name = $"smoke-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
    private string? _pool;
    private string? _role;
    private bool _mayHaveRole;

    public async Task<bool> RunAsync()
    {
        try
        {
            await TakeAsync();
        }
        catch (SmokeException)
        {
            // Its row says what happened; what was made has to go all the same.
        }

        await TryAsync(RemovePoolAsync);
        await TryAsync(RemoveRoleAsync);
        return steps.AllWell;
    }

    private async Task TakeAsync()
    {
        await TakeAsync("ready", async ct => ((await client.ReadAsync("/health/ready", ct)).Length, $"{order.Url}"));
        var issuer = await TakeAsync("discovery", ReadIssuerAsync);
        _pool = await TakeAsync("create a pool that admits guests", CreatePoolAsync);
        await PrepareRoleAsync();
        var identity = await TakeAsync("GetId", async ct => Named(
            await client.AsGuestAsync("GetId", new JsonObject { ["IdentityPoolId"] = _pool }, ct), "IdentityId"));
        var token = await TakeAsync("GetOpenIdToken", async ct =>
        {
            var answer = await client.AsGuestAsync("GetOpenIdToken", new JsonObject { ["IdentityId"] = identity }, ct);
            return (Text(answer, "Token"), $"{Text(answer, "Token").Length} characters");
        });
        await TakeAsync("verify the token as a stranger", async ct => (true, TokenProof.Verify(
            token, await client.ReadAsync("/.well-known/jwks_uri", ct), issuer, _pool, identity, clock.GetUtcNow())));
        await GetCredentialsAsync(identity);
    }

    /// <summary>The documents are read at the address given; that the public one leads there is for the doctor to tell.</summary>
    private async Task<(string, string)> ReadIssuerAsync(CancellationToken ct)
    {
        var discovery = JsonNode.Parse(await client.ReadAsync("/.well-known/openid-configuration", ct))!;
        var (issuer, keys) = (Text(discovery, "issuer"), Text(discovery, "jwks_uri"));
        return keys == $"{issuer.TrimEnd('/')}/.well-known/jwks_uri"
            ? (issuer, $"issuer {issuer}")
            : throw new SmokeException($"jwks_uri is {keys}, which is not below the issuer {issuer}");
    }

    private async Task<(string, string)> CreatePoolAsync(CancellationToken ct)
    {
        var input = new JsonObject { ["IdentityPoolName"] = _name, ["AllowUnauthenticatedIdentities"] = true };
        return Named(await client.AsAdministratorAsync("CreateIdentityPool", input, ct), "IdentityPoolId");
    }

    private async Task PrepareRoleAsync()
    {
        const string Step = "create a role for its guests";
        if (!order.HasOwnSts)
        {
            await steps.SkipAsync(Step, "credentials come from an external STS, whose roles are not ours to make");
            return;
        }

        _mayHaveRole = true; // Also when the answer gets lost.
        _role = await TakeAsync(
            Step,
            async ct =>
            {
                var made = await client.IamAsync("CreateRole", ct, ("RoleName", _name), ("AssumeRolePolicyDocument", Trust()));
                var arn = SmokeClient.Text(made, "Arn") ?? throw new SmokeException("CreateRole: no Arn");
                return (arn, arn);
            },
            skippedBy: "AccessDenied");
        _mayHaveRole = _role is not null;
        if (_role is not null)
        {
            var input = new JsonObject { ["IdentityPoolId"] = _pool, ["Roles"] = new JsonObject { ["unauthenticated"] = _role } };
            await TakeAsync("SetIdentityPoolRoles", async ct => (await client.AsAdministratorAsync("SetIdentityPoolRoles", input, ct), ""));
        }
    }

    private async Task GetCredentialsAsync(string identity)
    {
        const string Step = "GetCredentialsForIdentity";
        if (_role is null)
        {
            await steps.SkipAsync(Step, "there is no role");
            return;
        }

        await TakeAsync(Step, async ct =>
        {
            while (true)
            {
                try
                {
                    var answer = await client.AsGuestAsync(Step, new JsonObject { ["IdentityId"] = identity }, ct);
                    var credentials = answer["Credentials"] ?? throw new SmokeException($"{Step}: no Credentials");
                    _ = (Text(credentials, "AccessKeyId"), Text(credentials, "SecretKey"), Text(credentials, "SessionToken"));
                    return (true, $"valid until {DateTimeOffset.FromUnixTimeSeconds((long)credentials["Expiration"]!.GetValue<double>()):u}");
                }
                catch (SmokeException early) when (early.Code is "InvalidIdentityPoolConfigurationException")
                {
                    await Task.Delay(_pause, clock, ct); // Another replica learns of the roles within a second.
                }
            }
        });
    }

    private async Task RemovePoolAsync()
    {
        if (_pool is not null)
        {
            await TakeAsync("delete the pool", async ct => (
                await client.AsAdministratorAsync("DeleteIdentityPool", new JsonObject { ["IdentityPoolId"] = _pool }, ct), _pool));
        }
    }

    private async Task RemoveRoleAsync()
    {
        if (_mayHaveRole)
        {
            await TakeAsync(
                "delete the role", async ct => (await client.IamAsync("DeleteRole", ct, ("RoleName", _name)), _name), skippedBy: "NoSuchEntity");
        }
    }

    private string Trust() => new JsonObject
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["Federated"] = "cognito-identity.amazonaws.com" },
            ["Action"] = "sts:AssumeRoleWithWebIdentity",
            ["Condition"] = new JsonObject
            {
                ["StringEquals"] = new JsonObject { ["cognito-identity.amazonaws.com:aud"] = _pool },
                ["ForAnyValue:StringLike"] = new JsonObject { ["cognito-identity.amazonaws.com:amr"] = "unauthenticated" },
            },
        }),
    }.ToJsonString();

    private async Task<T> TakeAsync<T>(string name, Func<CancellationToken, Task<(T, string)>> step, string? skippedBy = null) =>
        (await steps.TakeAsync(name, step, _deadline, skippedBy))!;

    private static async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (SmokeException)
        {
            // Its row says what happened, and what stays behind.
        }
    }

    private static (string, string) Named(JsonNode answer, string member) => (Text(answer, member), Text(answer, member));

    private static string Text(JsonNode answer, string member) =>
        answer[member] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0
            ? text
            : throw new SmokeException($"The answer has no {member}.");
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>The verifiers of docs/verify.md, before a real server: they let its users in, and nobody else.</summary>
[Collection(nameof(WireTests))]
public sealed class VerifyExamplesTests(ServerFixture server)
{
    private const string Developer = "login.verify.example";

    public static TheoryData<string> Languages => TokenExamples.Languages;

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_user_is_let_in_and_known_by_identity_logins_and_tags(string language)
    {
        var pool = await PoolAsync();
        await using var verifier = await StartAsync(language, pool);
        var (identity, token) = await UserAsync(pool);

        var user = await verifier.JudgeAsync(token);

        Assert.True(user["ok"]!.GetValue<bool>(), user.ToJsonString());
        Assert.Equal(identity, $"{user["identityId"]}");
        Assert.Equal(["authenticated", server.Oidc.LoginKey], user["methods"]!.AsArray().Take(2).Select(method => $"{method}"));
        Assert.Equal("{}", user["tags"]!.ToJsonString());
        Assert.InRange(user["expiresAt"]!.GetValue<long>() - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 500, 600);

        var developer = await verifier.JudgeAsync(await DeveloperAsync(pool, new() { ["Team"] = "blue", ["Größe"] = "42 = +" }));
        Assert.Equal(("blue", "42 = +"), ($"{developer["tags"]!["Team"]}", $"{developer["tags"]!["Größe"]}"));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_guest_is_let_in_only_where_guests_are_allowed(string language)
    {
        var pool = await PoolAsync();
        var guest = await GuestAsync(pool);
        await using var closed = await StartAsync(language, pool);
        await using var open = await TokenExamples.StartAsync(language, new(server.Issuer, pool) { AllowGuests = true });

        IsRefused(await closed.JudgeAsync(guest), "guest");
        var known = await open.JudgeAsync(guest);

        Assert.True(known["ok"]!.GetValue<bool>(), known.ToJsonString());
        Assert.Equal("""["unauthenticated"]""", known["methods"]!.ToJsonString());
        Assert.True((await open.JudgeAsync((await UserAsync(pool)).Token))["ok"]!.GetValue<bool>());
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Tokens_for_others_and_altered_tokens_are_refused(string language)
    {
        var (pool, other) = (await PoolAsync(), await PoolAsync());
        var (_, good) = await UserAsync(pool);
        await using var verifier = await StartAsync(language, pool);
        await using var forger = await MintedIssuer.StartAsync();
        var parts = good.Split('.');
        var (header, claims) = (Decode(parts[0]), Decode(parts[1]));

        foreach (var (name, token) in new (string, string)[]
        {
            ("a guest", await GuestAsync(pool)),
            ("another pool", (await UserAsync(other)).Token),
            ("the provider's own token", await server.Oidc.TokenAsync("verify")),
            ("another issuer with everything else right", forger.Token(change => Become(change, claims, "iss"))),
            ("signed by another with our kid", forger.Token(change => Become(change, claims), changed => changed["kid"] = $"{header["kid"]}")),
            ("the key in the header", forger.Token(change => Become(change, claims), EmbedKey)),
            ("altered claims", $"{parts[0]}.{Change(claims, "sub", MintedIssuer.Identity)}.{parts[2]}"),
            ("altered signature", $"{parts[0]}.{parts[1]}.{Flip(parts[2])}"),
            ("shortened signature", good[..^4]),
            ("no signature", $"{parts[0]}.{parts[1]}."),
            ("two parts", $"{parts[0]}.{parts[1]}"),
            ("five parts", $"{good}.{parts[1]}.{parts[2]}"),
            ("alg none", $"{Change(header, "alg", "none")}.{parts[1]}."),
            ("alg none with a signature", $"{Change(header, "alg", "none")}.{parts[1]}.{parts[2]}"),
            ("alg None", $"{Change(header, "alg", "None")}.{parts[1]}.AAAA"),
            ("alg RS256", $"{Change(header, "alg", "RS256")}.{parts[1]}.{parts[2]}"),
            ("HS512 with the public key", Hmac("HS512", await PublicKeyAsync(), header, parts[1])),
            ("HS256 with the public key", Hmac("HS256", await PublicKeyAsync(), header, parts[1])),
            ("unknown kid", $"{Change(header, "kid", "unknown")}.{parts[1]}.{parts[2]}"),
            ("trailing space", $"{good} "),
            ("padding", $"{good}=="),
            ("nothing", ""),
            ("words", "not a token"),
            ("dots", ".."),
            ("arrays", $"{Base64Url.EncodeToString("[]"u8)}.{parts[1]}.{parts[2]}"),
            ("deep", $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(new string('[', 20_000)))}.{parts[1]}.{parts[2]}"),
            ("long", $"{good}{new string('A', 70_000)}"),
        })
        {
            IsRefused(await verifier.JudgeAsync(token), name);
        }

        Assert.True((await verifier.JudgeAsync(good))["ok"]!.GetValue<bool>());
    }

    private Task<ITokenExample> StartAsync(string language, string pool) =>
        TokenExamples.StartAsync(language, new VerifierSettings(server.Issuer, pool));

    private Task<string> PoolAsync() => server.PoolAsync(new
    {
        AllowUnauthenticatedIdentities = true,
        DeveloperProviderName = Developer,
        OpenIdConnectProviderARNs = new[] { server.Oidc.Arn },
    });

    private async Task<(string Identity, string Token)> UserAsync(string pool)
    {
        var logins = await server.LoginAsync("verify");
        var id = Answers.IsSuccess(await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins }))["IdentityId"];
        return (id, Answers.IsSuccess(await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id, Logins = logins }))["Token"]);
    }

    private async Task<string> GuestAsync(string pool)
    {
        var id = Answers.IsSuccess(await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        return Answers.IsSuccess(await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id }))["Token"];
    }

    private async Task<string> DeveloperAsync(string pool, Dictionary<string, string> tags) =>
        Answers.IsSuccess(await server.Client.CallAsync("GetOpenIdTokenForDeveloperIdentity", new
        {
            IdentityPoolId = pool,
            Logins = new Dictionary<string, string> { [Developer] = "verified user" },
            PrincipalTags = tags,
        }))["Token"];

    private async Task<string> PublicKeyAsync()
    {
        var set = JsonNode.Parse(await server.Client.Http.GetStringAsync(new Uri($"{server.Issuer}/.well-known/jwks_uri")))!;
        var key = set["keys"]!.AsArray().First(key => $"{key!["kty"]}" == "RSA")!;
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars($"{key["n"]}"),
            Exponent = Base64Url.DecodeFromChars($"{key["e"]}"),
        });
        return rsa.ExportSubjectPublicKeyInfoPem();
    }

    private static void IsRefused(JsonNode answer, string name) =>
        Assert.True(answer["refused"]?.GetValue<string>() is { Length: > 0 }, $"{name}: {answer.ToJsonString()}");

    private static JsonObject Decode(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();

    private static string Change(JsonObject part, string member, string value)
    {
        var changed = part.DeepClone();
        changed[member] = value;
        return MintedIssuer.Encode(changed);
    }

    private static void Become(JsonObject claims, JsonObject others, string? except = null)
    {
        foreach (var (name, value) in others.Where(claim => claim.Key != except))
        {
            claims[name] = value!.DeepClone();
        }
    }

    private static void EmbedKey(JsonObject header)
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        header["jwk"] = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    private static string Flip(string signature) => $"{signature[..20]}{(signature[20] == 'A' ? 'B' : 'A')}{signature[21..]}";

    private static string Hmac(string algorithm, string key, JsonObject header, string claims)
    {
        var input = $"{Change(header, "alg", algorithm)}.{claims}";
        var (secret, bytes) = (Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(input));
        return $"{input}.{Base64Url.EncodeToString(
            algorithm == "HS256" ? HMACSHA256.HashData(secret, bytes) : HMACSHA512.HashData(secret, bytes))}";
    }
}

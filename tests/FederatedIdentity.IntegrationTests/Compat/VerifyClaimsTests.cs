using System.Text.Json.Nodes;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>The verifiers of docs/verify.md, before an issuer that signs what our server never would, or cannot be asked.</summary>
public sealed class VerifyClaimsTests
{
    private const string Tags = "https://aws.amazon.com/tags";

    private static readonly (string Name, Action<JsonObject> Change)[] BadClaims =
    [
        ("expired", claims => claims["exp"] = Now - 60),
        ("expired long ago", claims => (claims["iat"], claims["exp"]) = (Now - 7200, Now - 3600)),
        ("no exp", claims => claims.Remove("exp")),
        ("exp is text", claims => claims["exp"] = $"{Now + 600}"),
        ("exp is true", claims => claims["exp"] = true),
        ("exp is null", claims => claims["exp"] = null),
        ("too old, whatever exp says", claims => (claims["iat"], claims["exp"]) = (Now - 90_000, Now + 600)),
        ("from the future", claims => claims["iat"] = Now + 3600),
        ("no iat", claims => claims.Remove("iat")),
        ("not yet good", claims => claims["nbf"] = Now + 3600),
        ("no iss", claims => claims.Remove("iss")),
        ("iss with a slash", claims => claims["iss"] = $"{claims["iss"]}/"),
        ("iss in capitals", claims => claims["iss"] = $"{claims["iss"]}".ToUpperInvariant()),
        ("iss is a list", claims => claims["iss"] = new JsonArray(claims["iss"]!.DeepClone())),
        ("no aud", claims => claims.Remove("aud")),
        ("another pool", claims => claims["aud"] = MintedIssuer.Identity),
        ("a pool that begins alike", claims => claims["aud"] = $"{MintedIssuer.Pool}0"),
        ("a list of pools", claims => claims["aud"] = new JsonArray(MintedIssuer.Pool, MintedIssuer.Identity)),
        ("a list of one", claims => claims["aud"] = new JsonArray(MintedIssuer.Pool)),
        ("no sub", claims => claims.Remove("sub")),
        ("sub is no identity", claims => claims["sub"] = "alice"),
        ("sub has more after it", claims => claims["sub"] = $"{MintedIssuer.Identity}\n"),
        ("sub is a number", claims => claims["sub"] = 42),
        ("no amr", claims => claims.Remove("amr")),
        ("amr is text", claims => claims["amr"] = "authenticated"),
        ("amr holds a number", claims => claims["amr"] = new JsonArray("authenticated", 1)),
        ("amr is nested", claims => claims["amr"] = new JsonArray(new JsonArray("authenticated"))),
        ("amr of another word", claims => claims["amr"] = new JsonArray("notauthenticated")),
        ("a guest", claims => claims["amr"] = new JsonArray("unauthenticated")),
        ("tags are text", claims => claims[Tags] = "Team"),
        ("tags are a list", claims => claims[Tags] = new JsonObject { ["principal_tags"] = new JsonArray("Team") }),
        ("a tag is text", claims => claims[Tags] = Tagged("blue")),
        ("a tag of two values", claims => claims[Tags] = Tagged(new JsonArray("blue", "red"))),
        ("a tag of no value", claims => claims[Tags] = Tagged(new JsonArray())),
    ];

    private static readonly (string Name, Action<JsonObject> Change)[] BadHeaders =
    [
        ("no kid", header => header.Remove("kid")),
        ("kid is a number", header => header["kid"] = 1),
        ("kid is a list", header => header["kid"] = new JsonArray("1")),
        ("RS256 with the same key", header => header["alg"] = "RS256"),
        ("PS512 with the same key", header => header["alg"] = "PS512"),
        ("a condition that nobody knows", header => (header["crit"], header["urn:x"]) = (new JsonArray("urn:x"), true)),
        ("an unencoded payload", header => (header["crit"], header["b64"]) = (new JsonArray("b64"), false)),
    ];

    public static TheoryData<string> Languages => TokenExamples.Languages;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task What_our_server_never_signs_is_refused(string language)
    {
        await using var issuer = await MintedIssuer.StartAsync();
        await using var verifier = await StartAsync(language, issuer);
        var accepted = await verifier.JudgeAsync(issuer.Token(claims => claims[Tags] = Tagged(new JsonArray("blue"))));
        Assert.True(accepted["ok"]!.GetValue<bool>(), accepted.ToJsonString());

        foreach (var (name, change) in BadClaims)
        {
            IsRefused(await verifier.JudgeAsync(issuer.Token(change)), name);
        }

        foreach (var (name, change) in BadHeaders)
        {
            IsRefused(await verifier.JudgeAsync(issuer.Token(changeHeader: change)), name);
        }

        Assert.True((await verifier.JudgeAsync(issuer.Token()))["ok"]!.GetValue<bool>());
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_token_older_than_the_verifier_allows_is_refused(string language)
    {
        await using var issuer = await MintedIssuer.StartAsync();
        await using var verifier = await TokenExamples.StartAsync(
            language, new VerifierSettings(issuer.Issuer, MintedIssuer.Pool) { MaxAge = 120 });

        IsRefused(await verifier.JudgeAsync(issuer.Token(claims => claims["iat"] = Now - 300)), "five minutes old");
        Assert.True((await verifier.JudgeAsync(issuer.Token(claims => claims["iat"] = Now - 100)))["ok"]!.GetValue<bool>());
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Each_algorithm_counts_only_where_it_is_the_configured_one(string language)
    {
        string[] algorithms = ["RS512", "RS256", "ES256"];
        foreach (var algorithm in algorithms)
        {
            await using var issuer = await MintedIssuer.StartAsync(algorithm);
            foreach (var configured in algorithms)
            {
                await using var verifier = await TokenExamples.StartAsync(
                    language, new VerifierSettings(issuer.Issuer, MintedIssuer.Pool) { Algorithm = configured });
                var answer = await verifier.JudgeAsync(issuer.Token());
                Assert.True(answer["ok"]!.GetValue<bool>() == (algorithm == configured), $"{algorithm}, {configured}: {answer}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_new_key_is_fetched_and_one_that_is_gone_counts_no_longer(string language)
    {
        await using var issuer = await MintedIssuer.StartAsync();
        await using var verifier = await TokenExamples.StartAsync(
            language, new VerifierSettings(issuer.Issuer, MintedIssuer.Pool) { Cooldown = 0 });
        var old = issuer.Token();
        Assert.True((await verifier.JudgeAsync(old))["ok"]!.GetValue<bool>());

        issuer.AddKey("2", "RS512");
        issuer.RemoveKey("1");

        Assert.True((await verifier.JudgeAsync(issuer.Token(kid: "2")))["ok"]!.GetValue<bool>());
        Assert.Equal(2, issuer.Reads);
        IsRefused(await verifier.JudgeAsync(old), "signed with a key that is gone");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Unknown_key_ids_do_not_make_a_verifier_flood_the_issuer(string language)
    {
        await using var issuer = await MintedIssuer.StartAsync();
        await using var verifier = await StartAsync(language, issuer);
        for (var count = 0; count < 25; count++)
        {
            IsRefused(await verifier.JudgeAsync(issuer.Token(changeHeader: header => header["kid"] = $"unknown {count}")), "unknown kid");
        }

        Assert.True((await verifier.JudgeAsync(issuer.Token()))["ok"]!.GetValue<bool>());
        Assert.Equal(1, issuer.Reads);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_key_that_is_not_for_signatures_verifies_none(string language)
    {
        await using var issuer = await MintedIssuer.StartAsync();
        issuer.Use = "enc";
        await using var verifier = await StartAsync(language, issuer);

        IsRefused(await verifier.JudgeAsync(issuer.Token()), "use enc");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task An_issuer_that_cannot_be_asked_makes_no_token_bad_and_none_good(string language)
    {
        await using var issuer = await MintedIssuer.StartAsync();
        await using var verifier = await TokenExamples.StartAsync(
            language, new VerifierSettings(issuer.Issuer, MintedIssuer.Pool) { Cooldown = 0 });

        issuer.IsDown = true;
        Assert.NotNull((await verifier.JudgeAsync(issuer.Token()))["unavailable"]);
        issuer.IsDown = false;
        issuer.AnnouncedIssuer = "https://somebody.example";
        Assert.NotNull((await verifier.JudgeAsync(issuer.Token()))["unavailable"]);
        issuer.AnnouncedIssuer = issuer.Issuer;

        var answer = await verifier.JudgeAsync(issuer.Token());
        Assert.True(answer["ok"]!.GetValue<bool>(), answer.ToJsonString());
        issuer.IsDown = true;
        Assert.True((await verifier.JudgeAsync(issuer.Token()))["ok"]!.GetValue<bool>()); // It knows the key.
    }

    private static Task<ITokenExample> StartAsync(string language, MintedIssuer issuer) =>
        TokenExamples.StartAsync(language, new VerifierSettings(issuer.Issuer, MintedIssuer.Pool));

    private static JsonObject Tagged(JsonNode value) => new() { ["principal_tags"] = new JsonObject { ["Team"] = value } };

    private static void IsRefused(JsonNode answer, string name) =>
        Assert.True(answer["refused"]?.GetValue<string>() is { Length: > 0 }, $"{name}: {answer.ToJsonString()}");
}

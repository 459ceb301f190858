using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers;

namespace FederatedIdentity.UnitTests.Providers;

public abstract partial class ProviderConformance
{
    private static readonly Dictionary<string, (string Sentence, Func<ProviderConformance, JsonObject> Claims)> BadClaims = new()
    {
        ["C01_issuer_of_another_provider"] = (LoginSentences.IssuerMismatch, t => t.With("iss", "https://login.example.com")),
        ["C02_trailing_slash"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer + "/")),
        ["C02_upper_case"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer.ToUpperInvariant())),
        ["C02_other_scheme"] = (LoginSentences.IssuerMismatch, t => t.With("iss", "ftp://" + t.Issuer.Split("://")[1])),
        ["C02_port"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer + ":443")),
        ["C02_userinfo"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer + "@evil.example")),
        ["C02_suffix"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer + ".evil.example")),
        ["C02_prefix"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer.Replace("://", "://evil", StringComparison.Ordinal))),
        ["C02_dots"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer + "/..")),
        ["C02_homograph"] = (LoginSentences.IssuerMismatch, t => t.With("iss", t.Issuer.Replace("t", "\u0442", StringComparison.Ordinal))),
        ["C03_missing"] = (LoginSentences.IssuerMismatch, t => t.Without("iss")),
        ["C03_array"] = (LoginSentences.IssuerMismatch, t => t.With("iss", new JsonArray(t.Issuer))),
        ["C03_number"] = (LoginSentences.IssuerMismatch, t => t.With("iss", 1)),
        ["C04_audience_of_another_app"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", "another-app")),
        ["C05_substring"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", t.ClientId[..^1])),
        ["C05_superstring"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", t.ClientId + "x")),
        ["C05_other_case"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", t.ClientId.ToUpperInvariant())),
        ["C05_space"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", t.ClientId + " ")),
        ["C05_newline"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", t.ClientId + "\n")),
        ["C05_NUL"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", t.ClientId + "\0")),
        ["C05_empty"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", "")),
        ["C06_ours_and_another"] = (LoginSentences.UnsupportedProvider, t => t.With("aud", new JsonArray(t.ClientId, "other"))),
        ["C06_empty_array"] = (LoginSentences.Invalid, t => t.With("aud", new JsonArray())),
        ["C06_with_a_number"] = (LoginSentences.Invalid, t => t.With("aud", new JsonArray(t.ClientId, 5))),
        ["C06_nested"] = (LoginSentences.Invalid, t => t.With("aud", new JsonArray(new JsonArray(t.ClientId)))),
        ["C06_too_many"] = (LoginSentences.Invalid, t => t.With("aud", new JsonArray([.. Enumerable.Repeat(t.ClientId, 17)]))),
        ["C07_object"] = (LoginSentences.Invalid, t => t.With("aud", new JsonObject { ["0"] = t.ClientId })),
        ["C07_missing"] = (LoginSentences.MissingClaim("aud"), t => t.Without("aud")),
        ["C07_null"] = (LoginSentences.MissingClaim("aud"), t => t.With("aud", null)),
        ["C08_foreign_azp"] = (LoginSentences.UnsupportedProvider, t => t.With("azp", "other")),
        ["C08_azp_ours_but_audience_foreign"] = (LoginSentences.UnsupportedProvider, t => t.With("azp", t.ClientId, "aud", "other")),
        ["C09_azp_number"] = (LoginSentences.Invalid, t => t.With("azp", 1)),
        ["C09_azp_array"] = (LoginSentences.Invalid, t => t.With("azp", new JsonArray(t.ClientId))),
        ["C12_nbf_ahead"] = (LoginSentences.Invalid, t => t.With("nbf", t.Rig.Clock.Now + 301)),
        ["C12_iat_ahead"] = (LoginSentences.Invalid, t => t.With("iat", t.Rig.Clock.Now + 301)),
        ["C12_nbf_text"] = (LoginSentences.Invalid, t => t.With("nbf", "1")),
        ["C12_iat_missing"] = (LoginSentences.MissingClaim("iat"), t => t.Without("iat")),
        ["C12_auth_time_ahead"] = (LoginSentences.Invalid, t => t.With("auth_time", t.Rig.Clock.Now + 301)),
        ["C13_missing"] = (LoginSentences.MissingClaim("exp"), t => t.Without("exp")),
        ["C13_null"] = (LoginSentences.Invalid, t => t.With("exp", null)),
        ["C13_text"] = (LoginSentences.Invalid, t => t.With("exp", "1999999999")),
        ["C13_milliseconds"] = (LoginSentences.Invalid, t => t.With("exp", 99999999999999)),
        ["C13_1e300"] = (LoginSentences.Invalid, t => t.With("exp", JsonNode.Parse("1e300"))),
        ["C13_1e400"] = (LoginSentences.Invalid, t => t.With("exp", JsonNode.Parse("1e400"))),
        ["C13_minus_1e400"] = (LoginSentences.Invalid, t => t.With("exp", JsonNode.Parse("-1e400"))),
        ["C14_ten_years"] = (LoginSentences.Invalid, t => t.With("exp", t.Rig.Clock.Now + 315_360_000)),
        ["C15_missing"] = (LoginSentences.MissingClaim("sub"), t => t.Without("sub")),
        ["C15_empty"] = (LoginSentences.Invalid, t => t.With("sub", "")),
        ["C15_number"] = (LoginSentences.Invalid, t => t.With("sub", 7)),
        ["C15_256_characters"] = (LoginSentences.Invalid, t => t.With("sub", new string('u', 256))),
        ["C15_NUL"] = (LoginSentences.Invalid, t => t.With("sub", "user-1\0")),
        ["C15_right_to_left"] = (LoginSentences.Invalid, t => t.With("sub", "user-1\u202E")),
        ["C15_right_to_left_mark"] = (LoginSentences.Invalid, t => t.With("sub", "\u200Fuser-1")),
        ["C15_arabic_letter_mark"] = (LoginSentences.Invalid, t => t.With("sub", "user\u061C-1")),
        ["C15_isolate"] = (LoginSentences.Invalid, t => t.With("sub", "\u2066user-1\u2069")),
        ["C15_C1_control"] = (LoginSentences.Invalid, t => t.With("sub", "user-1\u0085")),
        ["C17_access_token"] = (LoginSentences.MissingClaim("aud"), t => t.Without("aud", "token_use", "access")),
        ["C17_access_token_with_audience"] = (LoginSentences.Invalid, t => t.With("token_use", "access")),
        ["C18_logout_token"] = (LoginSentences.Invalid, t => t.With("events", new JsonObject())),
        ["C18_authorization_response"] = (LoginSentences.MissingClaim("iat"), t => t.Without("iat", "code", "c1")),
        ["C18_userinfo"] = (LoginSentences.MissingClaim("exp"), t => t.Without("exp")),
        ["C18_nonce_object"] = (LoginSentences.Invalid, t => t.With("nonce", new JsonObject())),
        ["C19_our_own_token"] = (LoginSentences.CognitoToken, t => t.With("iss", "https://identity.example.com")),
        ["C19_real_service"] = (LoginSentences.CognitoToken, t => t.With("iss", "https://cognito-identity.amazonaws.com")),
        ["C19_real_service_in_a_region"] =
            (LoginSentences.CognitoToken, t => t.With("iss", "https://cognito-identity.us-gov-west-1.amazonaws.com")),
    };

    public static TheoryData<string> BadClaimRows => [.. BadClaims.Keys];

    [Theory]
    [MemberData(nameof(BadClaimRows))]
    public async Task A_token_with_a_bad_claim_is_refused_without_a_call(string row)
    {
        Refused(BadClaims[row].Sentence, await VerifyAsync(Key.Token(BadClaims[row].Claims(this))));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData(-200, true)]
    [InlineData(1, true)]
    [InlineData(299, true)]
    [InlineData(300, false)]
    [InlineData(301, false)]
    public async Task C11_a_token_lives_five_minutes_longer_than_it_says(long secondsAgo, bool accepted)
    {
        var expiry = Rig.Clock.Now - secondsAgo;
        var verdict = await VerifyAsync(Key.Token(Claims(claims => (claims["exp"], claims["iat"]) = (expiry, expiry - 600))));

        Assert.Equal(accepted, verdict is LoginVerdict.Verified);
        if (!accepted)
        {
            Refused($"Invalid login token. Token expired: {Rig.Clock.Now - 300} >= {expiry}", verdict);
        }
    }

    [Fact]
    public async Task C11_C12_the_grace_can_be_shortened()
    {
        Rig.Options.ClockSkew = TimeSpan.FromSeconds(30);

        Accepted(await VerifyAsync(Key.Token(With("exp", Rig.Clock.Now - 29))));
        Refused(
            $"Invalid login token. Token expired: {Rig.Clock.Now - 30} >= {Rig.Clock.Now - 30}",
            await VerifyAsync(Key.Token(With("exp", Rig.Clock.Now - 30, "iat", Rig.Clock.Now - 600))));
        Accepted(await VerifyAsync(Key.Token(With("iat", Rig.Clock.Now + 30, "nbf", Rig.Clock.Now + 30))));
        Refused(LoginSentences.Invalid, await VerifyAsync(Key.Token(With("iat", Rig.Clock.Now + 31))));
        Refused(LoginSentences.Invalid, await VerifyAsync(Key.Token(With("nbf", Rig.Clock.Now + 31))));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000000000.5")]
    [InlineData("1e9")]
    public async Task C13_a_long_gone_expiry_is_expired_however_it_is_written(string expiry)
    {
        var rejected = Assert.IsType<LoginVerdict.Rejected>(await VerifyAsync(Key.Token(With("exp", JsonNode.Parse(expiry)))));

        Assert.StartsWith("Invalid login token. Token expired: ", rejected.Sentence, StringComparison.Ordinal);
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task C12_clocks_may_differ_by_299_seconds() =>
        Accepted(await VerifyAsync(Key.Token(With("nbf", Rig.Clock.Now + 299, "iat", Rig.Clock.Now + 299))));

    [Fact]
    public async Task C13_a_fraction_of_a_second_is_fine() =>
        Accepted(await VerifyAsync(Key.Token(With("exp", Rig.Clock.Now + 60.5, "iat", Rig.Clock.Now - 0.25))));

    [Fact]
    public async Task C16_subjects_are_compared_as_they_are_written()
    {
        var subjects = new[] { "user", "User", "user ", "us\u00E9r", "use\u0301r" };
        var logins = new HashSet<string>();
        foreach (var subject in subjects)
        {
            logins.Add(Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(Key.Token(With("sub", subject)))).Login.Subject);
        }

        Assert.Equal(subjects.Length, logins.Count);
    }

    [Fact]
    public async Task C15_a_subject_of_255_characters_is_fine() =>
        Accepted(await VerifyAsync(Key.Token(With("sub", new string('u', 255)))));

    [Fact]
    public async Task C08_azp_and_audience_of_our_own_are_fine() =>
        Accepted(await VerifyAsync(Key.Token(With("azp", ClientId, "aud", new JsonArray(ClientId)))));

    [Fact]
    public async Task C08_the_AWS_rule_looks_at_azp_alone_when_there_is_one()
    {
        Rig.Options.AudienceRule = AudienceRule.Aws;

        Accepted(await VerifyAsync(Key.Token(With("azp", ClientId, "aud", "other"))));
        Accepted(await VerifyAsync(Key.Token(With("aud", new JsonArray("other", ClientId)))));
        Refused(LoginSentences.UnsupportedProvider, await VerifyAsync(Key.Token(With("azp", "other"))));
        Refused(LoginSentences.UnsupportedProvider, await VerifyAsync(Key.Token(With("azp", ""))));
        Refused(LoginSentences.UnsupportedProvider, await VerifyAsync(Key.Token(With("aud", "other"))));
    }

    [Fact]
    public async Task C20_claims_are_handed_on_as_the_provider_said_them_and_mean_nothing_here()
    {
        var token = Key.Token(With("amr", new JsonArray("authenticated"), "cognito:roles", new JsonArray("arn:aws:iam::1:role/admin")));

        var verified = Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(token));

        Assert.Equal(ExpectedAmr, verified.Amr);
    }

    [Fact]
    public async Task C21_many_and_long_claims_are_bounded_by_the_token()
    {
        var token = Key.Token(Claims(claims =>
        {
            claims["long"] = new string('x', 20_000);
            for (var i = 0; i < 1000; i++)
            {
                claims["c" + i] = i;
            }
        }));

        Accepted(await VerifyAsync(token));
    }

    private JsonObject With(string claim, JsonNode? value, string? another = null, JsonNode? anotherValue = null) => Claims(claims =>
    {
        claims[claim] = value;
        if (another is not null)
        {
            claims[another] = anotherValue;
        }
    });

    private JsonObject Without(string claim, string? another = null, JsonNode? anotherValue = null)
    {
        var claims = another is null ? Claims() : With(another, anotherValue);
        claims.Remove(claim);
        return claims;
    }
}

using System.Text;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>The structural rows J1 to J37 of the attack list: what is refused before any key is looked at.</summary>
public sealed class JwsTests
{
    private static readonly string Genuine = Forge.RsaToken();

    [Fact]
    public void A_genuine_token_is_read_as_received()
    {
        Assert.Null(Jws.TryParse(Genuine, out var jws));

        Assert.Equal(("RS256", Forge.KeyId, null), (jws!.Algorithm, jws.KeyId, jws.Type));
        Assert.Equal(Genuine[..Genuine.LastIndexOf('.')], Encoding.ASCII.GetString(jws.SigningInput.Span));
        Assert.Equal(Forge.Payload, Encoding.UTF8.GetString(jws.Payload.Span));
        Assert.Equal("alice", jws.Claims.GetProperty("sub").GetString());
        Assert.Equal(256, jws.Signature.Length);
        Assert.True(Forge.Opens(Genuine, Forge.RsaSet));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void J01_empty_token_is_refused(string? token) => Assert.Equal(JwsFault.NotThreeParts, Forge.FaultOf(token));

    [Fact]
    public void J02_token_of_50001_characters_is_refused_and_one_of_50000_is_read()
    {
        var padding = new string('A', Jws.MaxLength - Genuine.Length);

        Assert.Equal(JwsFault.TooLong, Forge.FaultOf(Genuine + padding + "A"));
        Assert.NotEqual(JwsFault.TooLong, Forge.FaultOf(Genuine + padding));
    }

    [Theory]
    [InlineData("YQ")]
    [InlineData("YQ.YQ")]
    [InlineData("YQ.YQ.YQ.YQ")]
    [InlineData(".YQ.YQ.YQ")]
    [InlineData("YQ.YQ.YQ.")]
    public void J03_wrong_number_of_parts_is_refused(string token) => Assert.Equal(JwsFault.NotThreeParts, Forge.FaultOf(token));

    [Theory]
    [InlineData("..")]
    [InlineData(".YQ.YQ")]
    [InlineData("YQ..YQ")]
    [InlineData("YQ.YQ.")]
    public void J03_empty_part_is_refused(string token) => Assert.Equal(JwsFault.EmptyPart, Forge.FaultOf(token));

    [Theory]
    [InlineData("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.YQ.YQ.YQ.YQ")]
    [InlineData("....")]
    public void J04_five_parts_are_refused_as_encrypted(string token) => Assert.Equal(JwsFault.Encrypted, Forge.FaultOf(token));

    [Fact]
    public void J05_JSON_serialization_is_refused()
    {
        var parts = Genuine.Split('.');

        Assert.NotNull(Forge.FaultOf($$"""{"protected":"{{parts[0]}}","payload":"{{parts[1]}}","signature":"{{parts[2]}}"}"""));
        Assert.NotNull(Forge.FaultOf(
            $$"""{"payload":"{{parts[1]}}","signatures":[{"protected":"{{parts[0]}}","signature":"{{parts[2]}}"}]}"""));
    }

    [Fact]
    public void J06_alg_none_with_empty_signature_is_refused()
    {
        var unsigned = $"{Forge.Encode("""{"alg":"none"}""")}.{Forge.Encode(Forge.Payload)}";

        Assert.Equal(JwsFault.EmptyPart, Forge.FaultOf(unsigned + "."));
        Assert.Equal(JwsFault.NotThreeParts, Forge.FaultOf(unsigned));
    }

    [Theory]
    [InlineData("\"none\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"None\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"NONE\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"nOnE\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"none \"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"rs256\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"RS256 \"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"RS1\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"RSA1_5\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"ES256K\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"dir\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"EdDSA\"", JwsFault.PlatformLacksEd25519)]
    [InlineData("\"Ed25519\"", JwsFault.PlatformLacksEd25519)]
    [InlineData("\"eddsa\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"Ed448\"", JwsFault.UnsupportedAlgorithm)]
    [InlineData("\"\"", JwsFault.BadHeaderMember)]
    [InlineData("null", JwsFault.BadHeaderMember)]
    [InlineData("1", JwsFault.BadHeaderMember)]
    [InlineData("[\"RS256\"]", JwsFault.BadHeaderMember)]
    [InlineData("{\"RS256\":1}", JwsFault.BadHeaderMember)]
    public void J07_J08_other_alg_is_refused_with_a_genuine_signature(string alg, JwsFault expected) =>
        Assert.Equal(expected, Forge.FaultOf(Forge.RsaToken($$"""{"alg":{{alg}},"kid":"key-1"}""")));

    [Fact]
    public void J07_missing_alg_is_refused() =>
        Assert.Equal(JwsFault.BadHeaderMember, Forge.FaultOf(Forge.RsaToken("""{"kid":"key-1"}""")));

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[\"key-1\"]")]
    [InlineData("true")]
    public void J17_kid_that_is_no_string_is_refused(string kid) =>
        Assert.Equal(JwsFault.BadHeaderMember, Forge.FaultOf(Forge.RsaToken($$"""{"alg":"RS256","kid":{{kid}}}""")));

    [Fact]
    public void J16_kid_of_more_than_255_characters_is_refused()
    {
        string WithKid(int length) => Forge.RsaToken($$"""{"alg":"RS256","kid":"{{new string('k', length)}}"}""");

        Assert.Null(Forge.FaultOf(WithKid(255)));
        Assert.Equal(JwsFault.BadHeaderMember, Forge.FaultOf(WithKid(256)));
        Assert.Equal(JwsFault.HeaderTooLarge, Forge.FaultOf(WithKid(10_000)));
    }

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":["x"],"x":1}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":[]}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":"exp"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":null}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":["alg"]}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","crit":["b64"],"b64":false}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","b64":true}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","cr\u0069t":["x"]}""")]
    public void J19_crit_and_b64_are_refused(string header) =>
        Assert.Equal(JwsFault.UnsupportedHeader, Forge.FaultOf(Forge.RsaToken(header)));

    [Fact]
    public void J20_zip_is_refused() =>
        Assert.Equal(JwsFault.UnsupportedHeader, Forge.FaultOf(Forge.RsaToken("""{"alg":"RS256","kid":"key-1","zip":"DEF"}""")));

    [Theory]
    [InlineData("""{"alg":"RS256","alg":"none"}""")]
    [InlineData("""{"alg":"none","alg":"RS256"}""")]
    [InlineData("""{"alg":"RS256","al\u0067":"none"}""")]
    [InlineData("""{"\u0061lg":"RS256","alg":"RS256"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","x":1,"x":2}""")]
    [InlineData("""{"alg":"RS256","":1,"":2}""")]
    public void J21_duplicate_header_name_is_refused(string header) =>
        Assert.Equal(JwsFault.DuplicateHeaderMember, Forge.FaultOf(Forge.RsaToken(header)));

    [Theory]
    [InlineData("""{"sub":"alice","sub":"bob"}""")]
    [InlineData("""{"sub":"alice","s\u0075b":"bob"}""")]
    [InlineData("""{"aud":"a","aud":"b"}""")]
    [InlineData("""{"iss":"a","iss":"a"}""")]
    [InlineData("""{"exp":1,"exp":2}""")]
    [InlineData("""{"a":{"b":1,"b":2}}""")]
    public void J22_duplicate_payload_name_is_refused(string payload) =>
        Assert.Equal(JwsFault.DuplicatePayloadMember, Forge.FaultOf(Forge.RsaToken(payload: payload)));

    [Theory]
    [InlineData("[]")]
    [InlineData("\"alg\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{\"alg\":\"RS256\"")]
    [InlineData("{\"alg\":\"RS256\",}")]
    [InlineData("{\"alg\":\"RS256\"}{}")]
    [InlineData("{\"alg\":\"RS256\"}x")]
    [InlineData("{\"alg\":\"RS256\"}\0")]
    [InlineData("{\"alg\":\"RS256\"/**/}")]
    [InlineData("{'alg':'RS256'}")]
    [InlineData("\ufeff{\"alg\":\"RS256\"}")]
    [InlineData("{\"alg\":\"RS256\",\"x\":\"\\ud800\"}")]
    [InlineData("{\"alg\":\"RS256\",\"\\udc00\":1}")]
    [InlineData("{\"alg\":\"RS256\",\"kid\":\"\\ud83d\\u0041\"}")]
    public void J23_header_that_is_no_JSON_object_is_refused(string header) =>
        Assert.Equal(JwsFault.HeaderNotJson, Forge.FaultOf(Forge.RsaToken(header)));

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    [InlineData(1000, false)]
    public void J23_header_deeper_than_16_is_refused(int arrays, bool accepted)
    {
        var nested = new string('[', arrays) + new string(']', arrays);
        var fault = Forge.FaultOf(Forge.RsaToken($$"""{"alg":"RS256","x":{{nested}}}"""));

        Assert.Equal(accepted ? null : JwsFault.HeaderNotJson, fault);
    }

    [Fact]
    public void J23_header_of_invalid_UTF8_is_refused()
    {
        byte[] header = [.. "{\"alg\":\"RS256\",\"kid\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal(JwsFault.HeaderNotJson, Forge.FaultOf($"{Forge.Encode(header)}.{Forge.Encode("{}")}.YQ"));
    }

    [Fact]
    public void J23_header_with_more_members_than_any_issuer_writes_is_refused()
    {
        Assert.Null(Forge.FaultOf(Forge.RsaToken(WithMembers(32))));
        Assert.Equal(JwsFault.HeaderTooLarge, Forge.FaultOf(Forge.RsaToken(WithMembers(33))));

        static string WithMembers(int count) =>
            "{\"alg\":\"RS256\"" + string.Concat(Enumerable.Range(1, count - 1).Select(i => $",\"m{i}\":{i}")) + "}";
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("hello")]
    [InlineData(" ")]
    [InlineData("{} x")]
    [InlineData("\ufeff{}")]
    [InlineData("{\"sub\":\"\\ud800\"}")]
    [InlineData("{\"sub\":\"\\udc00\\ud800\"}")]
    [InlineData("{\"\\udfff\":1}")]
    [InlineData("{\"sub\":\"\\uD83Dx\"}")]
    public void J24_payload_that_is_no_readable_JSON_object_is_refused(string payload) =>
        Assert.Equal(JwsFault.PayloadNotJsonObject, Forge.FaultOf(Forge.RsaToken(payload: payload)));

    [Fact]
    public void J24_payload_of_invalid_UTF8_or_too_deep_is_refused()
    {
        byte[] invalid = [.. "{\"sub\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8];
        var deep = $$"""{"x":{{new string('[', 40)}}{{new string(']', 40)}}}""";

        Assert.Equal(JwsFault.PayloadNotJsonObject, Forge.FaultOf($"{Forge.Encode(Forge.RsaHeader)}.{Forge.Encode(invalid)}.YQ"));
        Assert.Equal(JwsFault.PayloadNotJsonObject, Forge.FaultOf(Forge.RsaToken(payload: deep)));
    }

    [Fact]
    public void J24_escaped_surrogate_pairs_and_backslashes_are_read()
    {
        Assert.Null(Jws.TryParse(Forge.RsaToken(payload: """{"sub":"\ud83d\ude00","x":"\\ud800"}"""), out var jws));
        Assert.Equal("\U0001F600", jws!.Claims.GetProperty("sub").GetString());
        Assert.Equal(@"\ud800", jws.Claims.GetProperty("x").GetString());
    }

    [Theory]
    [InlineData("=")]
    [InlineData("==")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("\t")]
    [InlineData("+AAA")]
    [InlineData("/AAA")]
    [InlineData("%2BA")]
    [InlineData("\u0661AAA")]
    [InlineData("\uff21AAA")]
    public void J25_anything_but_base64url_is_refused_in_every_part(string junk)
    {
        var parts = Genuine.Split('.');
        for (var part = 0; part < 3; part++)
        {
            var copy = parts.ToArray();
            copy[part] += junk;
            Assert.Equal(JwsFault.BadBase64Url, Forge.FaultOf(string.Join('.', copy)));
            copy[part] = junk + parts[part];
            Assert.Equal(JwsFault.BadBase64Url, Forge.FaultOf(string.Join('.', copy)));
        }
    }

    [Fact]
    public void J26_non_zero_trailing_bits_are_refused_in_every_part()
    {
        // Texts of 2 mod 4 characters: Q ends a byte with four zero bits, R does not.
        var header = Forge.Encode("""{"alg":"RS256"} """);
        var payload = Forge.Encode("{}  ");
        Assert.Equal((2, 2), (header.Length % 4, payload.Length % 4));
        Assert.Null(Forge.FaultOf($"{header}.{payload}.QQ"));

        Assert.Equal(JwsFault.BadBase64Url, Forge.FaultOf($"{Next(header)}.{payload}.QQ"));
        Assert.Equal(JwsFault.BadBase64Url, Forge.FaultOf($"{header}.{Next(payload)}.QQ"));
        Assert.Equal(JwsFault.BadBase64Url, Forge.FaultOf($"{header}.{payload}.QR"));

        static string Next(string text) => text[..^1] + (char)(text[^1] + 1);
    }

    [Theory]
    [InlineData("\"at+jwt\"", JwsFault.UnsupportedType)]
    [InlineData("\"logout+jwt\"", JwsFault.UnsupportedType)]
    [InlineData("\"secevent+jwt\"", JwsFault.UnsupportedType)]
    [InlineData("\"dpop+jwt\"", JwsFault.UnsupportedType)]
    [InlineData("\"entity-statement+jwt\"", JwsFault.UnsupportedType)]
    [InlineData("\"application/at+jwt\"", JwsFault.UnsupportedType)]
    [InlineData("\"JWS\"", JwsFault.UnsupportedType)]
    [InlineData("\"JOSE\"", JwsFault.UnsupportedType)]
    [InlineData("\"\"", JwsFault.UnsupportedType)]
    [InlineData("1", JwsFault.BadHeaderMember)]
    [InlineData("null", JwsFault.BadHeaderMember)]
    public void J34_token_of_another_type_is_refused(string type, JwsFault expected) =>
        Assert.Equal(expected, Forge.FaultOf(Forge.RsaToken($$"""{"alg":"RS256","typ":{{type}}}""")));

    [Theory]
    [InlineData("\"JWT\"", JwsFault.NestedToken)]
    [InlineData("\"jwt\"", JwsFault.NestedToken)]
    [InlineData("\"application/jwt\"", JwsFault.NestedToken)]
    [InlineData("1", JwsFault.BadHeaderMember)]
    public void J35_nested_token_is_refused(string contentType, JwsFault expected) =>
        Assert.Equal(expected, Forge.FaultOf(Forge.RsaToken($$"""{"alg":"RS256","cty":{{contentType}}}""")));

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","typ":"JWT"}""")]
    [InlineData("""{"typ":"jwt","kid":"key-1","alg":"RS256"}""")]
    [InlineData("""{"typ":"application/jwt","alg":"RS256"}""")]
    [InlineData("""{ "\u0061lg" : "RS\u003256" , "kid":"key\u002d1", "other":{"a":[1,{"b":null}]} }""")]
    public void J36_usual_types_and_spellings_are_accepted(string header) =>
        Assert.True(Forge.Opens(Forge.RsaToken(header), Forge.RsaSet));

    [Fact]
    public void J37_escaped_issuer_is_read_as_the_same_text()
    {
        Assert.Null(Jws.TryParse(Forge.RsaToken(payload: """{"iss":"https:\/\/cognito.example\/pool"}"""), out var jws));
        Assert.Equal("https://cognito.example/pool", jws!.Claims.GetProperty("iss").GetString());
    }

    [Fact]
    public void Type_JWS_is_read_only_where_the_caller_expects_our_own_tokens()
    {
        var token = Forge.RsaToken("""{"kid":"key-1","typ":"JWS","alg":"RS256"}""");

        Assert.Null(Jws.TryParse(token, out var jws, allowJwsType: true));
        Assert.Equal("JWS", jws!.Type);
        Assert.Equal(JwsFault.UnsupportedType, Jws.TryParse(token, out _));
    }
}

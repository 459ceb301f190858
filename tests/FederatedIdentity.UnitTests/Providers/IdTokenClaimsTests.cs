using System.Text;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class IdTokenClaimsTests
{
    [Fact]
    public void Every_claim_that_decides_is_read_wherever_it_stands()
    {
        var claims = Read("""
            {"x":{"iss":"not this","aud":[["nor this"]]},"auth_time":4,"nbf":3,"iat":2.5,"exp":1e3,"azp":"party","y":[{"sub":"nor this"}],
             "aud":["first","second"],"sub":"subject","iss":"issuer","a name that is longer than any of them":"z"}
            """);

        Assert.Equal(new TextClaim(ClaimForm.Good, "issuer"), claims.Issuer);
        Assert.Equal(new TextClaim(ClaimForm.Good, "subject"), claims.Subject);
        Assert.Equal(new TextClaim(ClaimForm.Good, "party"), claims.AuthorizedParty);
        Assert.Equal(new TimeClaim(ClaimForm.Good, 1000), claims.Expires);
        Assert.Equal(new TimeClaim(ClaimForm.Good, 2.5), claims.IssuedAt);
        Assert.Equal(new TimeClaim(ClaimForm.Good, 3), claims.NotBefore);
        Assert.Equal(new TimeClaim(ClaimForm.Good, 4), claims.AuthenticatedAt);
        Assert.Equal(ClaimForm.Good, claims.AudienceForm);
        Assert.Equal(["first", "second"], claims.Audiences);
        Assert.Null(claims.Oddity);
    }

    [Fact]
    public void Nothing_of_an_empty_object_is_there()
    {
        var claims = Read("{}");

        Assert.Equal(new TextClaim(ClaimForm.Absent), claims.Issuer);
        Assert.Equal(new TimeClaim(ClaimForm.Absent), claims.Expires);
        Assert.Equal(ClaimForm.Absent, claims.AudienceForm);
        Assert.Empty(claims.Audiences);
        Assert.Null(claims.Oddity);
    }

    [Fact]
    public void Names_and_texts_mean_what_their_escapes_say()
    {
        var claims = Read("""{"\u0069ss":"\u0061\/b","\u0061\u0075\u0074\u0068\u005f\u0074\u0069\u006d\u0065":7,"\u0061ud":"\u00e9"}""");

        Assert.Equal("a/b", claims.Issuer.Value);
        Assert.Equal(7, claims.AuthenticatedAt.Value);
        Assert.Equal(["é"], claims.Audiences);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("""["issuer"]""")]
    [InlineData("""{"iss":"issuer"}""")]
    public void A_text_of_another_type_is_malformed(string value)
    {
        var claims = Read($$"""{"iss":{{value}},"sub":{{value}},"azp":{{value}},"exp":5}""");

        Assert.Equal(new TextClaim(ClaimForm.Malformed), claims.Issuer);
        Assert.Equal(new TextClaim(ClaimForm.Malformed), claims.Subject);
        Assert.Equal(new TextClaim(ClaimForm.Malformed), claims.AuthorizedParty);
        Assert.Equal(5, claims.Expires.Value);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"1\"")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("253402300800")]
    [InlineData("-62135596801")]
    public void A_time_that_is_none_is_malformed(string value)
    {
        var claims = Read($$"""{"exp":{{value}},"iat":{{value}},"nbf":{{value}},"auth_time":{{value}},"sub":"s"}""");

        TimeClaim[] times = [claims.Expires, claims.IssuedAt, claims.NotBefore, claims.AuthenticatedAt];
        Assert.All(times, time => Assert.Equal(new TimeClaim(ClaimForm.Malformed), time));
        Assert.Equal("s", claims.Subject.Value);
    }

    [Theory]
    [InlineData("\"a\"", 1)]
    [InlineData("[\"a\"]", 1)]
    [InlineData("[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\"]", 16)]
    [InlineData("[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]", 0)]
    [InlineData("[]", 0)]
    [InlineData("[\"a\",1]", 0)]
    [InlineData("[\"a\",null]", 0)]
    [InlineData("[\"a\",[\"b\"]]", 0)]
    [InlineData("[{\"aud\":\"a\"},\"a\"]", 0)]
    [InlineData("1", 0)]
    [InlineData("true", 0)]
    [InlineData("{\"aud\":\"a\"}", 0)]
    public void Audiences_are_a_text_or_one_to_sixteen_texts(string value, int count)
    {
        var claims = Read($$"""{"aud":{{value}},"sub":"s"}""");

        Assert.Equal((count > 0 ? ClaimForm.Good : ClaimForm.Malformed, count), (claims.AudienceForm, claims.Audiences.Count));
        Assert.Equal("s", claims.Subject.Value);
    }

    [Fact]
    public void A_null_audience_is_none() => Assert.Equal(ClaimForm.Absent, Read("""{"aud":null}""").AudienceForm);

    [Theory]
    [InlineData("""{"events":null}""", "events")]
    [InlineData("""{"token_use":"access"}""", "token_use")]
    [InlineData("""{"token_use":null}""", "token_use")]
    [InlineData("""{"token_use":"\u0069d","nonce":"n","at_hash":null,"acr":"1","amr":["pwd"]}""", null)]
    [InlineData("""{"nonce":1}""", "nonce")]
    [InlineData("""{"at_hash":[]}""", "at_hash")]
    [InlineData("""{"acr":{}}""", "acr")]
    [InlineData("""{"amr":"pwd"}""", "amr")]
    [InlineData("""{"amr":null}""", null)]
    [InlineData("""{"amr":1,"acr":1,"at_hash":1,"nonce":1,"token_use":1,"events":1}""", "events")]
    [InlineData("""{"amr":1,"nonce":1,"acr":1}""", "nonce")]
    [InlineData("""{"nonce":1,"amr":1}""", "nonce")]
    public void The_first_odd_claim_is_named_whatever_order_they_come_in(string payload, string? oddity) =>
        Assert.Equal(oddity, Read(payload).Oddity);

    private static IdTokenClaims Read(string payload) => new(Encoding.UTF8.GetBytes(payload));
}

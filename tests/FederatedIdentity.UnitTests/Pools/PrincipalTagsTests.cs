using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Pools;

/// <summary>Which tags a login's claims make, and what never becomes one.</summary>
public sealed class PrincipalTagsTests
{
    private static readonly Dictionary<string, string> Map = new() { ["dept"] = "department" };

    [Theory]
    [InlineData("""{"sub":"1","aud":"app","department":"x"}""", "client=app username=1")]
    [InlineData("""{"sub":"1"}""", "username=1")] // A missing claim: the tag is left out.
    [InlineData("""{"sub":"1","aud":["app"]}""", "client=app username=1")]
    [InlineData("""{"sub":"1","aud":["app","other"]}""", "username=1")] // Which of them, nobody can say.
    [InlineData("""{"sub":"1","aud":"key;secret"}""", "username=1")] // Twitter's pair never gets out.
    [InlineData("{}", "")]
    public void Defaults_are_subject_and_audience(string claims, string expected) =>
        Assert.Equal(expected, Tags(claims, Map, useDefaults: true));

    [Theory]
    [InlineData("""{"department":"x","sub":"1","aud":"app"}""", "dept=x")] // Tag key to claim name, and no defaults beside it.
    [InlineData("""{"dept":"x"}""", "")]
    [InlineData("""{"Department":"x"}""", "")]
    [InlineData("""{"department":7}""", "dept=7")]
    [InlineData("""{"department":true}""", "dept=true")]
    [InlineData("""{"department":null}""", "")]
    [InlineData("""{"department":{"a":1}}""", "")]
    [InlineData("""{"department":[]}""", "")]
    [InlineData("""{"department":["x"]}""", "dept=x")]
    [InlineData("""{"department":["x","y"]}""", "")]
    [InlineData("""{"department":""}""", "")]
    [InlineData("""{"department":"\ud800"}""", "")]
    [InlineData("""{"department":"R&D"}""", "")] // Left out, not altered: "RD" may be another department.
    [InlineData("""{"department":"a\u0000b"}""", "")]
    [InlineData("""{"department":"a\tb"}""", "")]
    [InlineData("""{"department":"a\u200bb"}""", "")]
    [InlineData("""{"department":"Forschung & Lehre"}""", "")]
    [InlineData("""{"department":"caf\u00e9 \u65e5\u672c 1_.:/=+-@"}""", "dept=caf\u00e9 \u65e5\u672c 1_.:/=+-@")]
    public void A_map_names_tags_and_claims(string claims, string expected) =>
        Assert.Equal(expected, Tags(claims, Map, useDefaults: false));

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_value_has_at_most_256_characters(int length, bool expected) =>
        Assert.Equal(expected, Tags($$"""{"department":"{{new string('x', length)}}"}""", Map, useDefaults: false).Length > 0);

    [Theory]
    [InlineData("a", true)]
    [InlineData("https://example.com/a b", true)]
    [InlineData("", false)]
    [InlineData("a;b", false)]
    [InlineData("aws:x", false)] // Reserved.
    [InlineData("AWS:x", false)]
    [InlineData("\ud800", false)]
    [InlineData("\U0001F600", false)]
    public void A_key_is_one_that_STS_takes(string key, bool expected)
    {
        var map = new Dictionary<string, string> { [key] = "c" };

        Assert.Equal(expected, PrincipalTags.IsKey(key));
        Assert.Equal(expected, PrincipalTags.From(Claims("""{"c":"v"}"""), map, useDefaults: false).ContainsKey(key));
    }

    [Fact]
    public void A_key_has_at_most_128_characters()
    {
        Assert.True(PrincipalTags.IsKey(new string('x', 128)));
        Assert.False(PrincipalTags.IsKey(new string('x', 129)));
    }

    private static string Tags(string claims, IReadOnlyDictionary<string, string> map, bool useDefaults) =>
        string.Join(' ', PrincipalTags.From(Claims(claims), map, useDefaults).Select(tag => $"{tag.Key}={tag.Value}"));

    private static LoginClaims Claims(string json) => new(Encoding.UTF8.GetBytes(json));
}

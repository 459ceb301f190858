using System.Text;
using System.Text.Json;
using FederatedIdentity.Benchmarks.Fuzz;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>The quick way to know an object must never come to another answer than the platform's parser.</summary>
public sealed class StrictJsonTests
{
    private const int MaxDepth = 32;

    [Theory]
    [InlineData("{}", true)]
    [InlineData(""" { "iss" : "https://issuer.example", "aud": ["a", {"b": [{}]}], "n": -1.5e3, "t": true, "z": null } """, true)]
    [InlineData("""{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}""", true)]
    [InlineData("""{"":1,"a":{"":2}}""", true)]
    [InlineData("""{"\u0061":1,"b":2}""", true)]
    [InlineData("""{"a\\":1,"a":2}""", true)]
    [InlineData("""{"a":{"x":1},"b":1,"x":2}""", true)]
    [InlineData("[]", false)]
    [InlineData("\"text\"", false)]
    [InlineData("null", false)]
    [InlineData("1", false)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("{", false)]
    [InlineData("{}{}", false)]
    [InlineData("{}x", false)]
    [InlineData("{} // comment", false)]
    [InlineData("{\"a\":1,}", false)]
    [InlineData("{\"a\"}", false)]
    [InlineData("{'a':1}", false)]
    [InlineData("{\"a\":01}", false)]
    [InlineData("{\"a\":NaN}", false)]
    [InlineData("{\"a\":\"\t\"}", false)]
    [InlineData("{\"a\":\"\\ud800\"}", false)]
    [InlineData("{\"\\udc00\":1}", false)]
    [InlineData("\uFEFF{}", false)]
    public void Objects_are_told_from_everything_else(string json, bool expected)
    {
        Assert.Equal(expected, StrictJson.IsObject(Encoding.UTF8.GetBytes(json), MaxDepth, out var duplicate));
        Assert.False(duplicate);
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"b":2,"\u0061":3}""")]
    [InlineData("""{"\u0061":1,"b":2,"a":3}""")]
    [InlineData("""{"":1,"":2}""")]
    [InlineData("""{"a":{"x":1},"b":[{},{"c":{"d":1,"d":1}}]}""")]
    [InlineData("""{"a":{"b":1,"c":2},"d":{"e":{}},"a":null}""")]
    [InlineData("""[{"a":1,"a":2}]""")]
    public void A_repeated_name_is_told_at_any_depth_and_in_any_spelling(string json)
    {
        Assert.False(StrictJson.IsObject(Encoding.UTF8.GetBytes(json), MaxDepth, out var duplicate));
        Assert.True(duplicate);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(200)]
    public void Any_number_of_names_may_be_given_and_none_twice(int count)
    {
        var members = Enumerable.Range(0, count).Select(number => $"\"name-{number}\":{{\"name-0\":1}}").ToArray();

        Assert.True(StrictJson.IsObject(ObjectOf(members), MaxDepth, out _));
        for (var place = 0; place < count; place += 7)
        {
            Assert.False(StrictJson.IsObject(ObjectOf([.. members, $"\"name-{place}\":0"]), MaxDepth, out var duplicate));
            Assert.True(duplicate);
        }

        static byte[] ObjectOf(string[] members) => Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}");
    }

    [Theory]
    [InlineData(MaxDepth, true)]
    [InlineData(MaxDepth + 1, false)]
    public void Objects_may_be_nested_as_deep_as_is_said(int depth, bool expected)
    {
        var objects = $"{string.Concat(Enumerable.Repeat("{\"a\":", depth - 1))}{{}}{new string('}', depth - 1)}";
        var arrays = $"{{\"a\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";

        Assert.Equal(expected, StrictJson.IsObject(Encoding.UTF8.GetBytes(objects), MaxDepth, out _));
        Assert.Equal(expected, StrictJson.IsObject(Encoding.UTF8.GetBytes(arrays), MaxDepth, out _));
    }

    [Fact]
    public void Altered_objects_are_judged_as_the_parser_judges_them()
    {
        const string Genuine = """{"iss":"https:\/\/issuer","aud":["a","b"],"a":{"iss":1,"sub":{"aud":[],"x":-1}},"sub":"\u00e9","iat":1.5}""";
        var random = new Random(1);
        var (accepted, repeated) = (0, 0);
        for (var round = 0; round < 50_000; round++)
        {
            var json = Encoding.UTF8.GetBytes(TextMutations.Mutate(Genuine, random));

            var quick = StrictJson.IsObject(json, MaxDepth, out var duplicate);

            Assert.Equal(
                (StrictJson.Parse(json, MaxDepth, out var expected) is { ValueKind: JsonValueKind.Object }, expected), (quick, duplicate));
            (accepted, repeated) = (accepted + (quick ? 1 : 0), repeated + (duplicate ? 1 : 0));
        }

        Assert.True(accepted > 1_000 && repeated > 10, $"{accepted} accepted, {repeated} with a name twice");
    }
}

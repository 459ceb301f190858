using System.Reflection;
using System.Text.RegularExpressions;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

public sealed class ModelShapesTests
{
    private const StringComparison Exactly = StringComparison.Ordinal;

    private static readonly Dictionary<string, Shape> _ours = typeof(ModelShapes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => (Shape)field.GetValue(null)!);

    private static readonly string[] _samples =
    [
        "", ":", "a:", ":a", "a:b", "a:G", "a:A", "a:0:1", "é:0", "eu-west-1:01234567-89ab-cdef-0123-456789abcdef",
        "authenticated", "unauthenticated", "ununauthenticated", "unauthenticated\n", "authenticatedx", "AUTHENTICATED",
        "a\n", "a b", "a\u00a0b", "\u0661", "\u0130", "\u212a", "aé", "日本", "a\u0301", "€", "½", "custom:role",
        "a\0", "\u200b", "\ue000",
        .. Enumerable.Range(0, 256).Select(code => ((char)code).ToString()),
        .. Enumerable.Range(0, 256).Select(code => $"a:{(char)code}"),
    ];

    public static TheoryData<string> Names => [.. _ours.Keys];

    public static TheoryData<string> Strings => [.. _ours.Values.OfType<StringShape>().Select(shape => shape.Name)];

    [Fact]
    public void Every_constrained_shape_of_an_input_has_a_rule()
    {
        var missing = ApiModel.Published.InputShapes()
            .Where(shape => shape.Constrained || shape.Type is "list" or "map")
            .Select(shape => shape.Name)
            .Except(_ours.Keys);

        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rule_is_that_of_the_published_model(string name)
    {
        Assert.Equal(name, _ours[name].Name);
        ShapeRules.AssertSame(ApiModel.Published, _ours[name]);
    }

    [Theory]
    [MemberData(nameof(Strings))]
    public void Both_sides_of_each_limit_of_length(string name)
    {
        var published = ApiModel.Published.Shapes[name];
        if (published.Max is { } max)
        {
            const string TooLong = "Member must have length less than or equal to ";
            Assert.DoesNotContain(Broken(name, new string('1', (int)max)), sentence => sentence.StartsWith(TooLong, Exactly));
            Assert.Contains($"{TooLong}{max}", Broken(name, new string('1', (int)max + 1)));
        }

        if (published.Min is > 0 and var min)
        {
            const string TooShort = "Member must have length greater than or equal to ";
            Assert.DoesNotContain(Broken(name, new string('1', (int)min)), sentence => sentence.StartsWith(TooShort, Exactly));
            Assert.Contains($"{TooShort}{min}", Broken(name, new string('1', (int)min - 1)));
        }
    }

    [Theory]
    [MemberData(nameof(Strings))]
    public void Pattern_and_values_accept_what_the_published_ones_accept(string name)
    {
        var published = ApiModel.Published.Shapes[name];

        var pattern = new Regex($@"\A(?:{InAscii(published.Pattern ?? @"[\s\S]*")})\z");
        foreach (var sample in _samples.Concat(published.Values))
        {
            var expected = sample.Length >= (published.Min ?? 0) && sample.Length <= (published.Max ?? int.MaxValue)
                && pattern.IsMatch(sample)
                && (published.Values.Count == 0 || published.Values.Contains(sample));
            var accepted = ((StringShape)_ours[name]).Accepts(sample);
            Assert.True(expected == accepted, $"{name} and '{sample}' ({(int)sample.LastOrDefault():x4})");
        }
    }

    [Theory]
    [InlineData("QueryLimit")]
    [InlineData("TokenDuration")]
    public void Both_sides_of_each_limit_of_value(string name)
    {
        var (min, max) = (ApiModel.Published.Shapes[name].Min!.Value, ApiModel.Published.Shapes[name].Max!.Value);
        var number = (NumberShape)_ours[name];

        Assert.Null(number.BrokenBy(min));
        Assert.Null(number.BrokenBy(max));
        Assert.Equal($"Member must have value greater than or equal to {min}", number.BrokenBy(min - 1));
        Assert.Equal($"Member must have value less than or equal to {max}", number.BrokenBy(max + 1));
    }

    [Theory]
    [InlineData("\U0001F600", true)]
    [InlineData("\U00020000", true)]
    [InlineData("\U000F0000", false)]
    public void Claim_is_matched_by_code_points(string value, bool expected) =>
        Assert.Equal(expected, ModelShapes.ClaimName.Accepts(value));

    [Theory]
    [InlineData("LoginsMap")]
    [InlineData("IdentityProviders")]
    [InlineData("IdentityProviderToken")]
    [InlineData("IdentityProviderId")]
    [InlineData("DeveloperUserIdentifier")]
    public void What_may_hold_a_secret_or_name_a_person_is_sensitive(string name) => Assert.True(_ours[name].Sensitive);

    [Fact]
    public void Half_a_surrogate_pair_is_no_claim() => Assert.False(ModelShapes.ClaimName.Accepts("a\ud83d"));

    // Java's \w, \d and \s are ASCII. RegexOptions.ECMAScript is not quite: its \w takes U+0130.
    private static string InAscii(string pattern) => pattern
        .Replace(@"[\s\S]", "(?:.|\n)", StringComparison.Ordinal)
        .Replace(@"[\S]", @"[^ \t\n\v\f\r]", StringComparison.Ordinal)
        .Replace(@"\s", @" \t\n\v\f\r", StringComparison.Ordinal)
        .Replace(@"\d", "[0-9]", StringComparison.Ordinal)
        .Replace(@"\w", "A-Za-z0-9_", StringComparison.Ordinal);

    private static IEnumerable<string> Broken(string name, string value) => ((StringShape)_ours[name]).BrokenBy(value);
}

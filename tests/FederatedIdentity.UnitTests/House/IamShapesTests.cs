using System.Reflection;
using System.Text.RegularExpressions;
using FederatedIdentity.Server.Iam;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>Our rules for IAM's shapes are those of its published model.</summary>
public sealed class IamShapesTests
{
    private static readonly Dictionary<string, Shape> _ours = typeof(IamShapes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (Shape)field.GetValue(null)!)
        .ToDictionary(shape => shape.Name);

    private static readonly string[] _samples =
    [
        "", "/", "//", "///", "/a/", "/a", "a/", "/a b/", "/a/b/", "/a//b/", "/é/", "/\u007f/", "/!/", "/a.,+@=_-/", "/a!/", "\n",
        "a\n", "/a/\n", "日本", "a\u0301", "\u200b", "\ue000", "\u0661", "\u0130", "\u212a", "\u2028", "\u3000", "€", "½",
        "\u00ff", "\u0100", "Active", "active", "\ud83d",
        .. Enumerable.Range(0, 260).Select(code => ((char)code).ToString()),
        .. Enumerable.Range(0, 260).Select(code => $"/{(char)code}/"),
        .. Enumerable.Range(0, 260).Select(code => new string((char)code, 16)),
    ];

    public static TheoryData<string> Names => [.. _ours.Keys];

    public static TheoryData<string> Strings => [.. _ours.Values.OfType<StringShape>().Select(shape => shape.Name)];

    [Fact]
    public void Every_constrained_shape_of_an_input_has_a_rule() =>
        Assert.Equal(
            ApiModel.Iam.InputShapes(IamSurface.Actions.Select(action => action.Name))
                .Where(shape => shape.Constrained || shape.Type is "list" or "map")
                .Select(shape => shape.Name).Order(StringComparer.Ordinal),
            _ours.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Rule_is_that_of_the_published_model(string name) => ShapeRules.AssertSame(ApiModel.Iam, _ours[name]);

    [Theory]
    [MemberData(nameof(Strings))]
    public void Pattern_and_values_accept_what_the_published_ones_accept(string name)
    {
        var published = ApiModel.Iam.Shapes[name];
        var pattern = new Regex($@"\A(?:{InAscii(published.Pattern ?? @"[\s\S]*")})\z", RegexOptions.None, TimeSpan.FromSeconds(5));
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
    [InlineData("\U00020000", true)]
    [InlineData("\U0001F600", false)]
    [InlineData("\ud83d", false)]
    public void Tags_are_matched_by_code_points(string text, bool expected)
    {
        Assert.Equal(expected, IamShapes.TagKeyType.Accepts(text));
        Assert.Equal(expected, IamShapes.TagValueType.Accepts(text));
    }

    [Theory]
    [InlineData("\U0001F600", true)]
    [InlineData("\U000F0000", false)]
    public void Descriptions_are_matched_by_code_points(string text, bool expected) =>
        Assert.Equal(expected, IamShapes.RoleDescriptionType.Accepts(text));

    // Java's \w is ASCII; .NET's \u007F and the rest are the same.
    private static string InAscii(string pattern) => pattern
        .Replace(@"[\s\S]", "(?:.|\n)", StringComparison.Ordinal)
        .Replace(@"\w", "A-Za-z0-9_", StringComparison.Ordinal);
}

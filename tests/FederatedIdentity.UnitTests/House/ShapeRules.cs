using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>Holds a rule of ours against the shape of that name in a published model.</summary>
internal static class ShapeRules
{
    public static void AssertSame(ApiModel model, Shape ours)
    {
        var published = model.Shapes[ours.Name];
        switch (ours)
        {
            case StringShape text:
                Assert.Equal("string", published.Type);
                Assert.Equal((published.Min, published.Max), (text.Min, text.Max));
                Assert.Equal(published.Pattern, text.Pattern?.Text);
                Assert.Equal(published.Values, text.Values ?? []);
                break;
            case NumberShape number:
                Assert.True(published.Type is "integer" or "long");
                Assert.Equal((published.Min, published.Max), (number.Min, number.Max));
                break;
            case ListShape list:
                Assert.Equal((published.Min, published.Max), (list.Min, list.Max));
                Assert.Equal(ScalarOf(model, published.ListMember), list.Member?.Name);
                break;
            case MapShape map:
                Assert.Equal((published.Min, published.Max), (null, map.Max));
                Assert.Equal((published.MapKey, ScalarOf(model, published.MapValue)), (map.Key.Name, map.Value?.Name));
                break;
            default:
                Assert.Fail($"{ours.Name} is of no known kind.");
                break;
        }
    }

    private static string? ScalarOf(ApiModel model, string? name) => model.Shapes[name!].Type == "structure" ? null : name;
}

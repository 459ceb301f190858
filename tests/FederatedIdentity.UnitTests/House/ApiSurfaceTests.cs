using System.Reflection;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>The surface is the published API: no operation, member or type more or less.</summary>
public sealed class ApiSurfaceTests
{
    public static TheoryData<string> Names => [.. ApiModel.Published.Operations.Keys];

    [Fact]
    public void The_23_published_operations_are_there_and_no_other()
    {
        Assert.Equal(23, ApiModel.Published.Operations.Count);
        Assert.Equal(
            ApiModel.Published.Operations.Keys.Order(StringComparer.Ordinal), ApiSurface.Operations.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Four_operations_are_public_and_the_model_agrees()
    {
        string[] open = ["GetCredentialsForIdentity", "GetId", "GetOpenIdToken", "UnlinkIdentity"];

        Assert.Equal(
            open,
            ApiSurface.Operations.Values.Where(row => row.Access == Access.Public).Select(row => row.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            open, ApiModel.Published.Operations.Values.Where(row => row.Public).Select(row => row.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Input_and_output_have_exactly_the_published_members(string name)
    {
        var published = ApiModel.Published.Operations[name];

        // A row is Typed<operation, input, output>.
        var types = ApiSurface.Operations[name].GetType().GetGenericArguments();

        AssertIs(published.Input!, types[1], $"{name} input");
        if (published.Output is { } output)
        {
            AssertIs(output, types[2], $"{name} output");
        }
        else
        {
            Assert.Equal(typeof(NoOutput), types[2]);
        }
    }

    private static void AssertIs(ApiShape shape, Type type, string path)
    {
        var actual = Nullable.GetUnderlyingType(type) ?? type;
        switch (shape.Type)
        {
            case "structure":
                AssertStructure(shape, actual, path);
                break;
            case "list":
                AssertIs(ApiModel.Published.Shapes[shape.ListMember!], ElementOf(actual, typeof(IEnumerable<>))[0], $"{path}[]");
                break;
            case "map":
                var entry = ElementOf(actual, typeof(IEnumerable<>))[0].GetGenericArguments();
                Assert.Equal((path, typeof(string)), (path, entry[0]));
                AssertIs(ApiModel.Published.Shapes[shape.MapValue!], entry[1], $"{path}{{}}");
                break;
            default:
                Assert.Equal((path, ScalarOf(shape.Type)), (path, actual));
                break;
        }
    }

    // What is read from and written to the wire is a record's public properties.
    private static void AssertStructure(ApiShape shape, Type type, string path)
    {
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        Assert.Equal(
            shape.Members.Select(member => $"{path}.{member.Name}").Order(StringComparer.Ordinal),
            members.Select(member => $"{path}.{member.Name}").Order(StringComparer.Ordinal));
        foreach (var member in shape.Members)
        {
            var own = members.Single(one => one.Name == member.Name).PropertyType;
            AssertIs(ApiModel.Published.Shapes[member.Shape], own, $"{path}.{member.Name}");
        }
    }

    private static Type[] ElementOf(Type type, Type definition) => type.GetInterfaces().Append(type)
        .First(one => one.IsGenericType && one.GetGenericTypeDefinition() == definition)
        .GetGenericArguments();

    private static Type ScalarOf(string kind) => kind switch
    {
        "string" => typeof(string),
        "boolean" => typeof(bool),
        "integer" => typeof(int),
        "long" => typeof(long),
        "timestamp" => typeof(DateTimeOffset),
        _ => throw new InvalidOperationException($"A shape of type {kind}."),
    };
}

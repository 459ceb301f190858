using System.Reflection;
using System.Text;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>Our rules for the inputs of STS are those of its published model.</summary>
public sealed class StsShapesTests
{
    private static readonly Dictionary<string, Shape> _ours = typeof(StsShapes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (Shape)field.GetValue(null)!)
        .ToDictionary(shape => shape.Name);

    public static TheoryData<string> Names => [.. _ours.Keys];

    public static TheoryData<string> Actions => [.. StsSurface.Actions.Select(action => action.Name)];

    [Fact]
    public void Every_constrained_shape_of_an_input_has_a_rule() =>
        Assert.Equal(
            ApiModel.Sts.InputShapes(StsSurface.Actions.Select(action => action.Name))
                .Where(shape => shape.Constrained || shape.Type is "list")
                .Select(shape => shape.Name).Order(StringComparer.Ordinal),
            _ours.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Rule_is_that_of_the_published_model(string name) => ShapeRules.AssertSame(ApiModel.Sts, _ours[name]);

    [Theory]
    [MemberData(nameof(Actions))]
    public void Inputs_read_every_published_member_and_demand_the_required_ones(string name)
    {
        var published = ApiModel.Sts.Operations[name].Input?.Members ?? [];
        var form = new StringBuilder("Action=x");
        foreach (var member in published)
        {
            form.Append(ApiModel.Sts.Shapes[member.Shape] switch
            {
                { Type: "list" } list when ApiModel.Sts.Shapes[list.ListMember!].Type == "structure" =>
                    $"&{member.Name}.member.1.Key=k&{member.Name}.member.1.Value=v",
                { Type: "list" } => $"&{member.Name}.member.1=x",
                { Type: "integer" } => $"&{member.Name}=1",
                _ => $"&{member.Name}=x",
            });
        }

        var input = Read(name, form.ToString());
        var properties = input.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        Assert.Equal(
            published.Select(member => member.Name).Order(StringComparer.Ordinal),
            properties.Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.All(properties, property => Assert.True(property.GetValue(input) is not null, $"{name} does not read {property.Name}."));

        var constraints = new Constraints();
        Read(name, "Action=x").Check(constraints);
        foreach (var member in published)
        {
            var path = char.ToLowerInvariant(member.Name[0]) + member.Name[1..];
            Assert.Equal(
                (member.Name, member.Required),
                (member.Name, constraints.Sentence?.Contains($"Value null at '{path}' failed", StringComparison.Ordinal) == true));
        }
    }

    [Fact]
    public void Every_action_is_published_and_there_once()
    {
        Assert.Empty(StsSurface.Actions.Select(action => action.Name).Except(ApiModel.Sts.Operations.Keys));
        Assert.Equal(StsSurface.Actions.Length, StsSurface.Actions.Select(action => action.Name).Distinct().Count());
        Assert.Equal(
            ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"],
            StsSurface.Actions.Where(action => action.Access == Access.Public).Select(action => action.Name));
    }

    private static IWireInput Read(string action, string form)
    {
        var input = StsSurface.Actions.Single(row => row.Name == action).GetType().GetGenericArguments()[1];
        return (IWireInput)input.GetMethod("Read", BindingFlags.Public | BindingFlags.Static)!
            .Invoke(null, [QueryForm.TryParse(Encoding.ASCII.GetBytes(form))!])!;
    }
}

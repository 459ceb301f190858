using System.Collections;
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using FederatedIdentity.Domain;
using FederatedIdentity.Server.Iam;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>The IAM that we speak is the published one: its members in, its elements out, its constraints between.</summary>
public sealed class IamSurfaceTests
{
    /// <summary>Members of answers that this server has nothing to say about.</summary>
    private static readonly HashSet<string> _unsaid =
    [
        "Role.PermissionsBoundary", "Role.RoleLastUsed", "User.PasswordLastUsed", "User.PermissionsBoundary",
        "ListAttachedRolePoliciesResponse.Marker", "ListInstanceProfilesForRoleResponse.Marker", "ListAttachedUserPoliciesResponse.Marker",
        "ListGroupsForUserResponse.Marker",
    ];

    /// <summary>Required by the model at hand, optional in AWS since July 2023.</summary>
    private static readonly HashSet<string> _optionalByNow = ["CreateOpenIDConnectProvider.ThumbprintList"];

    public static TheoryData<string> Names => [.. IamSurface.Actions.Select(action => action.Name)];

    [Fact]
    public void Every_action_is_published_signed_and_there_once()
    {
        Assert.Empty(IamSurface.Actions.Select(action => action.Name).Except(ApiModel.Iam.Operations.Keys));
        Assert.Equal(IamSurface.Actions.Length, IamSurface.Actions.Select(action => action.Name).Distinct().Count());
        Assert.All(IamSurface.Actions, action => Assert.Equal((QueryApi.Iam, Access.Signed), (action.Service, action.Access)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Input_reads_every_published_member_and_no_other(string name)
    {
        var published = ApiModel.Iam.Operations[name].Input?.Members ?? [];
        var form = new StringBuilder("Action=x");
        foreach (var member in published)
        {
            form.Append(ApiModel.Iam.Shapes[member.Shape] switch
            {
                { Type: "list" } list when ApiModel.Iam.Shapes[list.ListMember!].Type == "structure" =>
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
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Required_members_are_demanded_and_others_are_not(string name)
    {
        var sentence = Sentence(Read(name, "Action=x"));

        foreach (var member in ApiModel.Iam.Operations[name].Input?.Members ?? [])
        {
            var required = member.Required && !_optionalByNow.Contains($"{name}.{member.Name}");
            Assert.True(
                required == sentence.Contains($"Value null at '{PathOf(member)}' failed", StringComparison.Ordinal),
                $"{name}.{member.Name}: {sentence}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Constraints_of_every_member_are_checked(string name)
    {
        foreach (var member in ApiModel.Iam.Operations[name].Input?.Members ?? [])
        {
            var shape = ApiModel.Iam.Shapes[member.Shape];
            var (parameter, path) = Broken(member, shape);
            Assert.Contains(
                $"at '{path}' failed to satisfy constraint", Sentence(Read(name, $"Action=x&{parameter}")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Output_writes_the_published_elements_and_no_other(string name)
    {
        var row = IamSurface.Actions.Single(action => action.Name == name);
        var output = row.GetType().GetGenericArguments()[2];
        var published = ApiModel.Iam.Operations[name].Output;
        if (published is null)
        {
            Assert.Equal(typeof(NoOutput), output);
            return;
        }

        var xml = XElement.Parse(Encoding.UTF8.GetString(
            XmlAnswer.Of(name, QueryApi.Iam.XmlNamespace, (IXmlOutput)Sample(output)!, "id")));

        var result = xml.Elements().First();
        Assert.Equal($"{name}Result", result.Name.LocalName);
        AssertIs(published, result, name);
    }

    private static void AssertIs(ApiShape shape, XElement xml, string path)
    {
        switch (shape.Type)
        {
            case "structure":
                Assert.Equal(
                    shape.Members.Select(member => member.Name).Where(member => !_unsaid.Contains($"{shape.Name}.{member}"))
                        .Select(member => $"{path}.{member}").Order(StringComparer.Ordinal),
                    xml.Elements().Select(element => $"{path}.{element.Name.LocalName}").Order(StringComparer.Ordinal));
                Assert.All(xml.Elements(), element => AssertIs(
                    ApiModel.Iam.Shapes[shape.Members.Single(member => member.Name == element.Name.LocalName).Shape],
                    element, $"{path}.{element.Name.LocalName}"));
                break;
            case "list":
                Assert.All(xml.Elements(), element => Assert.Equal("member", element.Name.LocalName));
                Assert.All(xml.Elements(), element => AssertIs(ApiModel.Iam.Shapes[shape.ListMember!], element, $"{path}[]"));
                break;
            case "timestamp":
                Assert.Equal("1970-01-01T00:00:00Z", xml.Value);
                break;
            case "boolean":
                Assert.True(xml.Value is "true" or "false", path);
                break;
            default:
                Assert.False(xml.HasElements, path);
                Assert.NotEqual("", xml.Value);
                break;
        }
    }

    private static object? Sample(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) => "x",
            _ when plain == typeof(long) => 1L,
            _ when plain == typeof(bool) => true,
            _ when plain == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch,
            _ when plain == typeof(SecretKey) => new SecretKey("x"),
            _ when plain.IsAssignableTo(typeof(IEnumerable)) => ListOf(plain.GetGenericArguments()[0]),
            _ => plain.GetConstructors().MaxBy(one => one.GetParameters().Length) is { } made
                ? made.Invoke([.. made.GetParameters().Select(parameter => Sample(parameter.ParameterType))])
                : throw new InvalidOperationException($"{plain} has no constructor."),
        };
    }

    private static Array ListOf(Type element)
    {
        var list = Array.CreateInstance(element, 1);
        list.SetValue(Sample(element), 0);
        return list;
    }

    private static (string Parameter, string Path) Broken(ApiMember member, ApiShape shape)
    {
        var element = shape.ListMember is { } name ? ApiModel.Iam.Shapes[name] : null;
        return (shape.Type, element?.Type) switch
        {
            ("list", "structure") => ($"{member.Name}.member.1.Key=", $"{PathOf(member)}.1.member.key"),
            ("list", _) => ($"{member.Name}.member.1={new string('a', (int)element!.Max! + 1)}", PathOf(member)),
            ("integer", _) => ($"{member.Name}={shape.Max + 1}", PathOf(member)),
            _ when shape.Values.Count > 0 => ($"{member.Name}=x", PathOf(member)),
            _ => ($"{member.Name}={new string('a', (int)shape.Max! + 1)}", PathOf(member)),
        };
    }

    private static string PathOf(ApiMember member) => char.ToLowerInvariant(member.Name[0]) + member.Name[1..];

    private static IWireInput Read(string action, string form)
    {
        var input = IamSurface.Actions.Single(row => row.Name == action).GetType().GetGenericArguments()[1];
        var parsed = QueryForm.TryParse(Encoding.ASCII.GetBytes(form))!;
        return (IWireInput)input.GetMethod("Read", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [parsed])!;
    }

    private static string Sentence(IWireInput input)
    {
        var constraints = new Constraints();
        input.Check(constraints);
        return constraints.Sentence ?? "";
    }
}

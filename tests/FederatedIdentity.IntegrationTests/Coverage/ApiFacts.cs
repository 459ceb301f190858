using System.Text.Json;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Coverage;

/// <summary>
/// What can be exercised of the API, and what an exchange exercised, in the same words: "GetId input Logins{}", "GetIdentityPoolRoles
/// output RoleMappings{}.Type Rules" or "GetId error NotAuthorizedException". An input counts when the operation accepted it.
/// </summary>
internal static class ApiFacts
{
    private static readonly ApiModel Model = ApiModel.Published;

    public static IEnumerable<string> Published() => Model.Operations.Values.SelectMany(operation =>
        OfShape($"{operation.Name} input ", operation.Input)
            .Concat(OfShape($"{operation.Name} output ", operation.Output))
            .Concat(operation.Errors.Select(error => $"{operation.Name} error {error}")));

    public static IEnumerable<string> Shown(WireExchange exchange)
    {
        var operation = Model.Operations[exchange.Operation];
        if (!exchange.Answer.Ok)
        {
            yield return $"{operation.Name} error {exchange.Answer.Error}";
        }

        if (Accepted(exchange))
        {
            foreach (var fact in InJson($"{operation.Name} input ", operation.Input, exchange.Input))
            {
                yield return fact;
            }
        }

        if (exchange.Answer.Ok)
        {
            foreach (var fact in InJson($"{operation.Name} output ", operation.Output, exchange.Answer.Text))
            {
                yield return fact;
            }
        }
    }

    // Until there is an STS, this error is as far as an accepted call for credentials gets.
    private static bool Accepted(WireExchange exchange) =>
        exchange.Answer.Ok
        || (exchange.Operation == "GetCredentialsForIdentity" && exchange.Answer.Error == "InvalidIdentityPoolConfigurationException");

    private static IEnumerable<string> OfShape(string path, ApiShape? shape) => shape?.Type switch
    {
        null => [],
        "structure" => shape.Members.SelectMany(member =>
            OfShape(Below(path, member), Model.Shapes[member.Shape]).Prepend(Below(path, member))),
        "list" => OfShape($"{path}[]", Model.Shapes[shape.ListMember!]).Prepend($"{path}[]"),
        "map" => OfShape($"{path}{{}}", Model.Shapes[shape.MapValue!]).Prepend($"{path}{{}}"),
        _ => shape.Values.Select(value => $"{path} {value}"),
    };

    private static IEnumerable<string> InJson(string path, ApiShape? shape, string json)
    {
        if (shape is null || json.Length == 0)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        return OfJson(path, shape, document.RootElement.Clone());
    }

    private static IEnumerable<string> OfJson(string path, ApiShape shape, JsonElement json) => (shape.Type, json.ValueKind) switch
    {
        (_, JsonValueKind.Null) => [],
        ("structure", JsonValueKind.Object) => shape.Members
            .Where(member => json.TryGetProperty(member.Name, out var value) && value.ValueKind != JsonValueKind.Null)
            .SelectMany(member => OfJson(Below(path, member), Model.Shapes[member.Shape], json.GetProperty(member.Name))
                .Prepend(Below(path, member))),
        ("list", JsonValueKind.Array) => json.EnumerateArray()
            .SelectMany(element => OfJson($"{path}[]", Model.Shapes[shape.ListMember!], element).Prepend($"{path}[]")),
        ("map", JsonValueKind.Object) => json.EnumerateObject()
            .SelectMany(entry => OfJson($"{path}{{}}", Model.Shapes[shape.MapValue!], entry.Value).Prepend($"{path}{{}}")),
        _ => shape.Values.Count > 0 ? [$"{path} {json.GetString()}"] : [],
    };

    private static string Below(string path, ApiMember member) => path.EndsWith(' ') ? path + member.Name : $"{path}.{member.Name}";
}

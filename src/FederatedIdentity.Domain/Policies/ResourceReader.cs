using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads the resources of a statement: ARNs with wildcards and variables, or a star for all.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html</remarks>
internal static class ResourceReader
{
    private const int LeadingColons = ArnText.Parts - 1;

    public static Resources? Read(JsonElement value, bool areExcepted, string position, PolicyReading reading)
    {
        if (value is { ValueKind: JsonValueKind.Array } && value.GetArrayLength() == 0)
        {
            return reading.Refuse<Resources>("Policy statement must contain resources.", position);
        }

        if (reading.Strings(value, position) is not { } texts)
        {
            return null;
        }

        var resources = new List<PolicyText>(texts.Length);
        foreach (var text in texts)
        {
            if (PolicyTextReader.Read(Completed(text), reading.HasVariables, out var objection) is not { } parts
                || (objection = Objection(text, reading.HasVariables)) is not null)
            {
                return reading.Refuse<Resources>(objection, position);
            }

            resources.Add(new PolicyText(parts, StringComparison.Ordinal, wildcards: true));
        }

        return new Resources(resources, areExcepted);
    }

    // The guide: fields that an ARN ends without are wildcards.
    private static string Completed(string text)
    {
        var missing = text == "*" ? 0 : LeadingColons - text.Count(unit => unit == ':');
        return missing <= 0 ? text : text + string.Concat(Enumerable.Repeat(":*", missing));
    }

    private static string? Objection(string text, bool hasVariables)
    {
        if (text == "*")
        {
            return null;
        }

        var fields = text.Split(':', ArnText.Parts);
        return fields switch
        {
            [not "arn", ..] or [_] => $"Resource {text} must be in ARN format or \"*\".",
            [_, var partition, ..] when !IsPartition(partition) => $"Partition \"{partition}\" is not valid for resource \"{text}\".",
            [_, _] or [_, _, "", ..] => "Resource vendor must be fully qualified and cannot contain regexes.",
            [_, _, var vendor, ..] when vendor.AsSpan().ContainsAny('*', '?') =>
                "Resource vendor must be fully qualified and cannot contain regexes.",
            { Length: < ArnText.Parts } when text.Contains("::", StringComparison.Ordinal) => "The policy failed legacy parsing",
            [_, _, "iam", not "" and not "*", ..] => $"IAM resource {text} cannot contain region information.",
            _ when hasVariables && VariableComesEarly(text) =>
                $"Resource {text} can have policy variables only after the fifth colon.",
            _ => null,
        };
    }

    private static bool IsPartition(string text) =>
        text == "*" || text.Length > 0 && text.All(unit => char.IsAsciiLetterLower(unit) || char.IsAsciiDigit(unit) || unit == '-');

    private static bool VariableComesEarly(string text) =>
        text.IndexOf("${", StringComparison.Ordinal) is var start and >= 0 && text.AsSpan(0, start).Count(':') < LeadingColons;
}

using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads a document and what holds for its statements together.</summary>
internal static class DocumentReader
{
    private const string Current = "2012-10-17";
    private const string Earlier = "2008-10-17";

    public static PolicyDocument? Read(string json, PolicyReading reading)
    {
        if (!PolicyLimits.Admits(json, reading.Kind))
        {
            return reading.Refuse<PolicyDocument>("The policy is longer than a policy can be.", "");
        }

        return PolicyJson.Parse(json, out var position) is { ValueKind: JsonValueKind.Object } root
            ? Read(root, reading)
            : reading.Refuse<PolicyDocument>("This policy contains invalid Json", position);
    }

    private static PolicyDocument? Read(JsonElement root, PolicyReading reading)
    {
        foreach (var member in root.EnumerateObject())
        {
            var understood = member.Name switch
            {
                "Version" => ReadVersion(member.Value, reading),
                "Id" => member.Value.ValueKind == JsonValueKind.String || Refuse(PolicyReading.Syntax, "Id", reading),
                "Statement" => true,
                _ => Refuse($"Unknown field {member.Name}", "", reading),
            };
            if (!understood)
            {
                return null;
            }
        }

        return ReadStatements(root, reading) is { } statements ? new PolicyDocument(reading.Kind, statements) : null;
    }

    // Without a version a document is of the earlier one, where "${aws:username}" is just text.
    private static bool ReadVersion(JsonElement value, PolicyReading reading)
    {
        var version = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        reading.HasVariables = version == Current;
        return version is Current or Earlier || Refuse("The policy must contain a valid version string", "Version", reading);
    }

    private static List<Statement>? ReadStatements(JsonElement root, PolicyReading reading)
    {
        var isList = root.TryGetProperty("Statement", out var element) && element.ValueKind == JsonValueKind.Array;
        JsonElement[] elements = isList ? [.. element.EnumerateArray()] : [element];
        if (elements.Length == 0 || element.ValueKind == JsonValueKind.Undefined)
        {
            return reading.Refuse<List<Statement>>("Could not parse the policy: Statement is empty!", "Statement");
        }

        var statements = new List<Statement>(elements.Length);
        var sids = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < elements.Length; index++)
        {
            var position = isList ? $"Statement[{index}]" : "Statement";
            if (StatementReader.Read(elements[index], position, reading) is not { } statement)
            {
                return null;
            }

            if (statement.Sid is { } sid && !sids.Add(sid))
            {
                return reading.Refuse<List<Statement>>("Statement IDs (SID) in a single policy must be unique.", $"{position}.Sid");
            }

            statements.Add(statement);
        }

        return statements;
    }

    private static bool Refuse(string message, string position, PolicyReading reading) =>
        reading.Refuse<object>(message, position) is not null;
}

using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>What is known while one document is read: its kind, its language version and the first fault.</summary>
internal sealed class PolicyReading(PolicyKind kind)
{
    /// <summary>IAM's sentence for a document whose elements have values of the wrong kind.</summary>
    public const string Syntax = "Syntax errors in policy.";

    public PolicyKind Kind => kind;

    /// <summary>Whether the document's version has policy variables.</summary>
    public bool HasVariables { get; set; }

    /// <summary>Not null once anything was refused.</summary>
    public PolicyFault? Fault { get; private set; }

    /// <summary>Refuses the document, and is null so that a reader can return it. The first fault stays.</summary>
    public T? Refuse<T>(string message, string position)
        where T : class
    {
        Fault ??= new PolicyFault(message, position);
        return null;
    }

    /// <summary>A string, or one or more strings in an array; null and a fault for everything else.</summary>
    public string[]? Strings(JsonElement value, string position) => List(value, position, String);

    /// <summary>The values of a condition, where numbers and booleans are their JSON text.</summary>
    public string[]? Scalars(JsonElement value, string position) => List(value, position, Scalar);

    private string[]? List(JsonElement value, string position, Func<JsonElement, string?> read)
    {
        JsonElement[] elements = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        string[] texts = [.. elements.Select(read).OfType<string>()];
        return texts.Length > 0 && texts.Length == elements.Length ? texts : Refuse<string[]>(Syntax, position);
    }

    private static string? String(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => String(value),
    };
}

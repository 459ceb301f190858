namespace FederatedIdentity.Domain.Policies;

/// <summary>Takes a policy's string apart into literal text and variables; says why when a variable is badly written.</summary>
internal static class PolicyTextReader
{
    /// <summary>The parts, or null and the objection. Before version 2012-10-17 there are no variables, and all is literal.</summary>
    public static List<PolicyTextPart>? Read(string text, bool variables, out string objection)
    {
        objection = "";
        var parts = new List<PolicyTextPart>();
        var from = 0;
        while (variables && text.IndexOf("${", from, StringComparison.Ordinal) is var start and >= 0)
        {
            parts.Add(PolicyTextPart.Plain(text[from..start]));
            if (ReadVariable(text, start + 2, out from) is not { } variable)
            {
                objection = $"The policy variable at \"{text[start..]}\" is not valid.";
                return null;
            }

            parts.Add(variable);
        }

        parts.Add(PolicyTextPart.Plain(text[from..]));
        return parts;
    }

    private static PolicyTextPart? ReadVariable(string text, int from, out int next)
    {
        next = EndOfKey(text, from);
        var key = text[from..next];
        if (key is "*" or "?" or "$" && next < text.Length && text[next++] == '}')
        {
            return PolicyTextPart.Escaped(key);
        }

        if (!ConditionKey.IsValid(key) || next == text.Length)
        {
            return null;
        }

        return text[next++] == '}' ? PolicyTextPart.Variable(key, null) : ReadFallback(text, key, ref next);
    }

    private static int EndOfKey(string text, int from)
    {
        var end = text.AsSpan(from).IndexOfAny('}', ',');
        return end < 0 ? text.Length : from + end;
    }

    // After the comma: a space or none, and the default value between apostrophes.
    private static PolicyTextPart? ReadFallback(string text, string key, ref int next)
    {
        var opening = text.AsSpan(next).TrimStart(' ');
        var start = text.Length - opening.Length + 1;
        var length = opening is ['\'', ..] ? opening[1..].IndexOf('\'') : -1;
        next = start + length + 2;
        return length >= 0 && next <= text.Length && text[next - 1] == '}'
            ? PolicyTextPart.Variable(key, text.Substring(start, length))
            : null;
    }
}

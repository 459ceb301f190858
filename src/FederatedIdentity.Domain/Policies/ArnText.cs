namespace FederatedIdentity.Domain.Policies;

/// <summary>
/// An ARN of a condition, compared part by part, so that neither a wildcard nor a variable's value reaches over a colon. A lone star
/// is any ARN, and a lone variable is the whole ARN that it stands for.
/// </summary>
internal sealed class ArnText
{
    public const int Parts = 6;

    private readonly PolicyText[] _parts;

    private ArnText(PolicyText[] parts) => _parts = parts;

    /// <summary>Null when the text is no ARN. The colons of variables divide nothing.</summary>
    public static ArnText? Of(string text, IReadOnlyList<PolicyTextPart> parts)
    {
        if (text == "*" || parts.Count == 3 && parts[0] == PolicyTextPart.Plain("") && parts[2] == PolicyTextPart.Plain(""))
        {
            return new ArnText([Part(parts)]);
        }

        var divided = Divide(parts);
        return divided.Count == Parts && text.StartsWith("arn:", StringComparison.Ordinal)
            ? new ArnText([.. divided.Select(Part)])
            : null;
    }

    public bool IsKnown(PolicyRequest request) => Array.TrueForAll(_parts, part => part.IsKnown(request));

    /// <summary>Null when the request's value is no ARN.</summary>
    public bool? Matches(string value, PolicyRequest request)
    {
        Span<Range> ranges = stackalloc Range[Parts];
        var span = value.AsSpan();
        if (span.Split(ranges, ':') != Parts || !span.StartsWith("arn:", StringComparison.Ordinal))
        {
            return null;
        }

        if (_parts is [var whole])
        {
            return whole.Matches(span, request);
        }

        for (var index = 0; index < Parts; index++)
        {
            if (!_parts[index].Matches(span[ranges[index]], request))
            {
                return false;
            }
        }

        return true;
    }

    private static PolicyText Part(IReadOnlyList<PolicyTextPart> parts) => new(parts, StringComparison.Ordinal, wildcards: true);

    private static List<List<PolicyTextPart>> Divide(IReadOnlyList<PolicyTextPart> parts)
    {
        var divided = new List<List<PolicyTextPart>> { new() };
        foreach (var part in parts)
        {
            var pieces = part.IsPattern ? part.ValueIn(null)!.Split(':', Parts - divided.Count + 1) : [];
            divided[^1].Add(pieces.Length == 0 ? part : PolicyTextPart.Plain(pieces[0]));
            divided.AddRange(pieces.Skip(1).Select(piece => new List<PolicyTextPart> { PolicyTextPart.Plain(piece) }));
        }

        return divided;
    }
}

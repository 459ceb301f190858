namespace FederatedIdentity.Domain.Policies;

/// <summary>
/// A string of a policy that is compared with one of the request: literal text, wildcards and variables. What a variable stands for is
/// taken literally, so a star in a user's name is no wildcard.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html</remarks>
internal sealed class PolicyText
{
    private readonly PolicyTextPart[] _parts;
    private readonly StringComparison _comparison;
    private readonly bool _wildcards;
    private readonly Glob? _constant;
    private readonly string _beginning;

    public PolicyText(IEnumerable<PolicyTextPart> parts, StringComparison comparison, bool wildcards)
    {
        _parts = [.. parts];
        _comparison = comparison;
        _wildcards = wildcards;
        _constant = Expand(null);
        _beginning = _parts[0].IsPattern ? Beginning(_parts[0].ValueIn(null)!) : "";
    }

    /// <summary>Whether it is the same for all requests and has more than wildcards, and so narrows what it is compared with.</summary>
    public bool IsSpecific => _constant is { IsBlank: false };

    /// <summary>Whether all of its variables have a value in this request.</summary>
    public bool IsKnown(PolicyRequest request) =>
        _constant is not null || Array.TrueForAll(_parts, part => part.ValueIn(request) is not null);

    /// <summary>Whether the text of the request matches. None does while a variable has no value.</summary>
    public bool Matches(ReadOnlySpan<char> text, PolicyRequest request)
    {
        if (_constant is not null)
        {
            return _constant.Matches(text);
        }

        // Most texts fail before the first variable, which saves looking at it.
        return text.StartsWith(_beginning, _comparison) && (Expand(request)?.Matches(text) ?? false);
    }

    private string Beginning(string text) =>
        _wildcards && text.AsSpan().IndexOfAny('*', '?') is var wildcard and >= 0 ? text[..wildcard] : text;

    private Glob? Expand(PolicyRequest? request)
    {
        var builder = new Glob.Builder();
        foreach (var part in _parts)
        {
            if (part.ValueIn(request) is not { } text)
            {
                return null;
            }

            builder.Add(text, _wildcards && part.IsPattern);
        }

        return builder.Build(_comparison);
    }
}

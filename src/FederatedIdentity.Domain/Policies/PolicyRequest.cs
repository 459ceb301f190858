namespace FederatedIdentity.Domain.Policies;

/// <summary>One request as policies see it. Immutable; condition keys are found whatever their case.</summary>
public sealed class PolicyRequest
{
    /// <summary>The resource of actions that have none, as IAM writes it.</summary>
    public static readonly IReadOnlyList<string> AnyResource = ["*"];

    private readonly Dictionary<string, IReadOnlyList<string>> _context = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A request for <paramref name="action"/>, such as <c>sts:AssumeRole</c>, on every one of <paramref name="resources"/>. Keys of
    /// <paramref name="context"/> that differ in case alone are one key with the values of all.
    /// </summary>
    public PolicyRequest(
        string action,
        IReadOnlyList<string> resources,
        PolicyPrincipal principal,
        IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> context)
    {
        Action = action;
        Resources = resources;
        Principal = principal;
        foreach (var (key, values) in context)
        {
            _context[key] = _context.TryGetValue(key, out var others) ? [.. others, .. values] : values;
        }
    }

    /// <summary>The action, as service and name; its case does not matter.</summary>
    public string Action { get; }

    /// <summary>The ARNs of all that the request touches. A request without any is never allowed.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>Who asks. Identity and session policies do not look at it.</summary>
    public PolicyPrincipal Principal { get; }

    /// <summary>The values of a condition key; empty when the request does not have it.</summary>
    public IReadOnlyList<string> Values(string key) => _context.TryGetValue(key, out var values) ? values : [];
}

namespace FederatedIdentity.Domain.Policies;

/// <summary>The resources that a statement names, or all but those. Case matters, and a wildcard reaches over colons.</summary>
internal sealed class Resources(IEnumerable<PolicyText> patterns, bool areExcepted)
{
    private readonly PolicyText[] _patterns = [.. patterns];

    /// <summary>
    /// Whether the statement is about a resource; <paramref name="whenUnsure"/> if the exception names what has no value.
    /// </summary>
    public bool Include(string resource, PolicyRequest request, bool whenUnsure)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(resource, request))
            {
                return !areExcepted;
            }
        }

        return areExcepted && (whenUnsure || Array.TrueForAll(_patterns, pattern => pattern.IsKnown(request)));
    }
}

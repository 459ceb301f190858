namespace FederatedIdentity.Domain.Policies;

/// <summary>The actions that a statement names, or all but those. Case does not matter.</summary>
internal sealed class Actions(IEnumerable<string> patterns, bool areExcepted)
{
    private readonly Glob[] _patterns = [.. patterns.Select(pattern => Glob.Of(pattern, StringComparison.OrdinalIgnoreCase))];

    public bool Include(string action)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(action))
            {
                return !areExcepted;
            }
        }

        return areExcepted;
    }
}

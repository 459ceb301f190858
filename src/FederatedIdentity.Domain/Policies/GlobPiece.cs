namespace FederatedIdentity.Domain.Policies;

/// <summary>What stands between two stars of a pattern; <paramref name="free"/> are the places where any character will do.</summary>
internal readonly struct GlobPiece(string text, int[] free)
{
    public int Length => text.Length;

    public bool IsBlank => free.Length == text.Length;

    /// <summary>Whether <paramref name="target"/> begins with the piece.</summary>
    public bool Fits(ReadOnlySpan<char> target, StringComparison comparison)
    {
        if (target.Length < text.Length)
        {
            return false;
        }

        var from = 0;
        foreach (var place in free)
        {
            if (!target[from..place].Equals(text.AsSpan(from, place - from), comparison))
            {
                return false;
            }

            from = place + 1;
        }

        return target[from..text.Length].Equals(text.AsSpan(from), comparison);
    }

    /// <summary>The first place in <paramref name="target"/> where the piece fits, or -1.</summary>
    public int IndexIn(ReadOnlySpan<char> target, StringComparison comparison)
    {
        if (free.Length == 0)
        {
            return target.IndexOf(text, comparison);
        }

        for (var at = 0; at <= target.Length - text.Length; at++)
        {
            if (Fits(target[at..], comparison))
            {
                return at;
            }
        }

        return -1;
    }
}

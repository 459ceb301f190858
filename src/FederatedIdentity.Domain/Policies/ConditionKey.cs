using System.Buffers;

namespace FederatedIdentity.Domain.Policies;

/// <summary>What a condition key looks like: a vendor or a provider, a colon, and a name that may hold more of both.</summary>
internal static class ConditionKey
{
    // Nothing in a provider's address or in a tag's key, and all that would make a key look like a pattern or a variable.
    private static readonly SearchValues<char> _foreign = SearchValues.Create("{}$*?'\",");

    /// <summary>Tag keys are part of condition keys, so spaces and colons are ordinary here.</summary>
    public static bool IsValid(string key) =>
        key.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        && colon < key.Length - 1
        && !key.AsSpan().ContainsAny(_foreign)
        && !char.IsWhiteSpace(key[0])
        && !char.IsWhiteSpace(key[^1])
        && !key.Any(char.IsControl);
}

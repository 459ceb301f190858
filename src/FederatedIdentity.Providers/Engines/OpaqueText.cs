namespace FederatedIdentity.Providers.Engines;

/// <summary>What is known of an opaque token before anybody is asked about it.</summary>
internal static class OpaqueText
{
    /// <summary>
    /// Whether the text could be an access token: visible ASCII (RFC 6749, A.12, without the space, which no provider issues) of at
    /// most <paramref name="longest"/> characters. Nothing else is worth a call, and nothing else may reach a header.
    /// </summary>
    public static bool IsPlausible(string token, int longest) =>
        token.Length > 0 && token.Length <= longest && !token.AsSpan().ContainsAnyExceptInRange('\x21', '\x7e');
}

namespace FederatedIdentity.Providers.Saml;

/// <summary>The xs:base64Binary of signatures and certificates, which may hold blanks.</summary>
internal static class XmlBase64
{
    /// <summary>Null if the text is none.</summary>
    public static byte[]? Decode(string? text)
    {
        var bytes = new byte[(text?.Length ?? 0) / 4 * 3];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}

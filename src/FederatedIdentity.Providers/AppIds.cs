namespace FederatedIdentity.Providers;

/// <summary>
/// What a provider's apps are called, for those who configure a pool and for those who judge its tokens: a value of another form names
/// no app, so nobody could ever get in with it.
/// </summary>
public static class AppIds
{
    /// <summary>An OAuth client of Login with Amazon. The final dot keeps the two beginnings apart.</summary>
    internal const string AmazonClient = "amzn1.application-oa2-client.";

    /// <summary>A security profile of Login with Amazon, to which OAuth clients belong.</summary>
    internal const string AmazonApplication = "amzn1.application.";

    /// <summary>Facebook numbers its apps; that is its own affair, so any one word will do. It is compared whole.</summary>
    public static bool IsFacebook(string value) =>
        value.Length > 0 && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.');

    /// <summary>The id of a client or of an application.</summary>
    public static bool IsAmazon(string value) => IsBelow(value, AmazonClient) || IsBelow(value, AmazonApplication);

    private static bool IsBelow(string value, string prefix) =>
        value.Length > prefix.Length && value.StartsWith(prefix, StringComparison.Ordinal);
}

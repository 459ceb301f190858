namespace FederatedIdentity.Server.Iam;

/// <summary>The form of the ARN of an OIDC or SAML provider. Whose it is and whether it exists the database says.</summary>
internal static class ProviderArn
{
    public const string OpenIdConnect = "oidc-provider/";
    public const string Saml = "saml-provider/";

    /// <summary>The part after <paramref name="kind"/>; null when it is no such ARN.</summary>
    public static string? TryParse(string arn, string kind) =>
        arn.Split(':', 6) is ["arn", { Length: > 0 }, "iam", "", { Length: 12 } account, var resource]
            && account.All(char.IsAsciiDigit)
            && resource.StartsWith(kind, StringComparison.Ordinal) && resource.Length > kind.Length
            && arn.All(character => character is > ' ' and <= '~')
            ? resource[kind.Length..]
            : null;
}

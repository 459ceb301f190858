namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// An IAM SAML provider, reduced to what its assertions are measured against. <paramref name="EntityId"/> is the issuer exactly as
/// assertions name it; <paramref name="SigningKeys"/> are the public keys of its metadata (DER, SubjectPublicKeyInfo), of which any
/// may have signed; from <paramref name="ValidUntil"/> on the metadata vouches for nobody.
/// </summary>
public sealed record SamlProvider(string Arn, string EntityId, IReadOnlyList<byte[]> SigningKeys, DateTimeOffset? ValidUntil)
{
    private const string Resource = ":saml-provider/";

    /// <summary>What the ARNs of the account's roles begin with, up to the path.</summary>
    public string RolePrefix => Arn[..Arn.IndexOf(Resource, StringComparison.Ordinal)] + ":role/";

    /// <summary>Whether a key of a Logins map is the ARN of a SAML provider; no other provider's key looks like one.</summary>
    public static bool IsArn(string loginKey) =>
        loginKey.StartsWith("arn:", StringComparison.Ordinal) && loginKey.Contains(Resource, StringComparison.Ordinal);
}

using System.Collections.Frozen;
using System.Security.Cryptography;

namespace FederatedIdentity.Jose;

/// <summary>
/// One of the nine signature algorithms this product knows (RFC 7518 section 3). The set is closed: <c>none</c>, HMAC and
/// everything else have no instance, so they cannot be asked for.
/// </summary>
public sealed class JwsAlgorithm
{
    internal const string Rsa = "RSA";
    internal const string Ec = "EC";

    public static readonly JwsAlgorithm RS256 = new("RS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    public static readonly JwsAlgorithm RS384 = new("RS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
    public static readonly JwsAlgorithm RS512 = new("RS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
    public static readonly JwsAlgorithm PS256 = new("PS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    public static readonly JwsAlgorithm PS384 = new("PS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
    public static readonly JwsAlgorithm PS512 = new("PS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pss);
    public static readonly JwsAlgorithm ES256 = new("ES256", HashAlgorithmName.SHA256, EcCurve.P256);
    public static readonly JwsAlgorithm ES384 = new("ES384", HashAlgorithmName.SHA384, EcCurve.P384);
    public static readonly JwsAlgorithm ES512 = new("ES512", HashAlgorithmName.SHA512, EcCurve.P521);

    private static readonly FrozenDictionary<string, JwsAlgorithm> ByName =
        new[] { RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 }.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    private JwsAlgorithm(string name, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        Name = name;
        Hash = hash;
        Padding = padding;
    }

    private JwsAlgorithm(string name, HashAlgorithmName hash, EcCurve curve)
    {
        Name = name;
        Hash = hash;
        Curve = curve;
    }

    /// <summary>Every name that <see cref="Find"/> answers.</summary>
    public static IReadOnlySet<string> AllNames { get; } = ByName.Keys.ToFrozenSet(StringComparer.Ordinal);

    public string Name { get; }

    public HashAlgorithmName Hash { get; }

    /// <summary>The JWK <c>kty</c> that this algorithm needs.</summary>
    public string KeyType => Curve is null ? Rsa : Ec;

    /// <summary>The JWK <c>crv</c> that this algorithm needs; null for RSA.</summary>
    public string? CurveName => Curve?.Name;

    /// <summary>
    /// The only length an ECDSA signature may have (R and S side by side, RFC 7518 section 3.4); null for RSA, where the key decides.
    /// </summary>
    public int? SignatureLength => Curve?.SignatureLength;

    internal RSASignaturePadding? Padding { get; }

    internal EcCurve? Curve { get; }

    /// <summary>Null for an unknown name; names are compared case-sensitively.</summary>
    public static JwsAlgorithm? Find(string name) => ByName.GetValueOrDefault(name);

    public override string ToString() => Name;
}

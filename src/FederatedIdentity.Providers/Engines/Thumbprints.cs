using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// The certificates, by their SHA-1, that one registration vouches for. Equal to another when both name the same ones, in whatever
/// order and case, because what calls may share a connection is decided by that.
/// </summary>
internal sealed class Thumbprints : IEquatable<Thumbprints>
{
    public static readonly Thumbprints None = new([]);

    private readonly string[] _hex;

    private Thumbprints(IEnumerable<string> hex) => _hex =
        [.. hex.Select(thumbprint => thumbprint.ToUpperInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Upper case, in one order, each once.</summary>
    public IReadOnlyList<string> Hex => _hex;

    public bool IsEmpty => _hex.Length == 0;

    public static Thumbprints Of(IReadOnlyCollection<string> hex) => hex.Count == 0 ? None : new(hex);

    public bool Lists(X509Certificate2 certificate) =>
        _hex.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA1), StringComparer.Ordinal);

    public bool Equals(Thumbprints? other) => other is not null && _hex.AsSpan().SequenceEqual(other._hex);

    public override bool Equals(object? obj) => Equals(obj as Thumbprints);

    public override int GetHashCode() => _hex.Aggregate(0, HashCode.Combine);
}

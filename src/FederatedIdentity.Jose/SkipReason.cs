namespace FederatedIdentity.Jose;

/// <summary>Why a published key is not used.</summary>
public enum SkipReason
{
    NotAnObject,
    BadMember,
    UnsupportedKeyType,
    UnsupportedCurve,
    UnsupportedAlgorithm,

    /// <summary>An Ed25519 key: sound, but .NET has no type for it. Whoever signs with it is refused, and should be told why.</summary>
    PlatformLacksEd25519,

    /// <summary><c>use</c> other than <c>sig</c>, or <c>key_ops</c> without <c>verify</c>.</summary>
    NotForVerifying,

    /// <summary>A shared secret: publishing it lets everybody sign.</summary>
    SymmetricKey,

    /// <summary>The private key is published. Whoever reads the set can sign as this provider: an alarm.</summary>
    PrivateKeyPublished,

    /// <summary>An RSA modulus or exponent outside the permitted range.</summary>
    RsaOutOfRange,

    /// <summary>An RSA key whose private half can be computed (ROCA, CVE-2017-15361).</summary>
    WeakRsaKey,

    /// <summary>An elliptic-curve point that is not on its curve, or coordinates of the wrong length.</summary>
    BadPoint,

    /// <summary>Beyond the number of keys that a set may hold; the first ones are used.</summary>
    TooManyKeys,
}

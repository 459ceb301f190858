using System.Buffers.Binary;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Stands for a token and the app it was shown for, without giving away either: their SHA-256.</summary>
internal readonly record struct TokenKey(UInt128 First, UInt128 Second)
{
    /// <summary>The number is that of <see cref="SharedAnswer"/>'s form: replicas of two releases share what both can read.</summary>
    private const string Domain = "opaque-token-1";

    /// <summary>The name under which replicas share the answer.</summary>
    public string SharedName => $"{Domain}:{First:x32}{Second:x32}";

    public static TokenKey Of(string kind, string app, string token)
    {
        Span<byte> hash = stackalloc byte[HashedParts.Length];
        HashedParts.Hash(hash, Domain, kind, app, token);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Stands for a token and the app it was shown for, without giving away either: their SHA-256.</summary>
internal readonly record struct TokenKey(UInt128 First, UInt128 Second)
{
    public static TokenKey Of(string kind, string app, string token)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(sha, kind);
        Append(sha, app);
        Append(sha, token);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        sha.GetHashAndReset(hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    /// <summary>
    /// With its length, so that no other split into parts has the same key, and as UTF-16: encoding it would make one text of all
    /// that is no valid Unicode.
    /// </summary>
    private static void Append(IncrementalHash sha, string part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        sha.AppendData(length);
        sha.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
    }
}

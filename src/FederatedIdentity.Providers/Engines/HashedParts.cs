using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FederatedIdentity.Providers.Engines;

/// <summary>The SHA-256 of several texts, which gives away none of them and is another for any other texts.</summary>
internal static class HashedParts
{
    public const int Length = SHA256.HashSizeInBytes;

    public static void Hash(Span<byte> into, params ReadOnlySpan<string> parts)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            Append(sha, part);
        }

        sha.GetHashAndReset(into);
    }

    public static string Hex(params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[Length];
        Hash(hash, parts);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>
    /// With its length, so that no other split into parts has the same hash, and as UTF-16: encoding it would make one text of all
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

using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// How a login's subject is stored: as it is, or as <c>sha256:…</c> with its full text beside it when it would not fit into an index,
/// cannot be stored as text (U+0000, half a surrogate pair) or looks like such a hash itself. Different subjects are always stored
/// differently, and every string can be stored.
/// </summary>
public sealed record StoredSubject(string Subject, byte[]? FullSubject)
{
    // A B-tree entry has 2,704 bytes at most, and the login's entries also hold the pool's or identity's id and the provider's name.
    private const int MaxBytes = 512;

    private const string HashPrefix = "sha256:";

    public static StoredSubject Of(string subject)
    {
        if (IsStorable(subject))
        {
            return new StoredSubject(subject, null);
        }

        var units = MemoryMarshal.AsBytes(subject.AsSpan()).ToArray();
        return new StoredSubject(HashPrefix + Base64Url.EncodeToString(SHA256.HashData(units)), units);
    }

    /// <summary>The subject that was stored.</summary>
    public string Restore() => FullSubject is null ? Subject : new string(MemoryMarshal.Cast<byte, char>(FullSubject));

    private static bool IsStorable(string subject) =>
        !subject.StartsWith(HashPrefix, StringComparison.Ordinal)
        && !subject.Contains('\0')
        && Utf8.FromUtf16(subject, stackalloc byte[MaxBytes], out _, out _, replaceInvalidSequences: false) == OperationStatus.Done;
}

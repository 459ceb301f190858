using System.Buffers.Binary;
using System.Text;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Where an issuer's keys are, and when its discovery document said so, by a wall clock.</summary>
internal sealed record KeysPlace(Uri Url, DateTimeOffset LocatedAt);

/// <summary>
/// A key set as an issuer published it: where it was, when (by the wall clock of the replica that asked, before it asked), and how
/// long it lives. Replicas hand it to each other as bytes, and each reads them by the rules for what an issuer sends.
/// </summary>
internal sealed record FetchedKeys(
    ReadOnlyMemory<byte> Json, JwkSet Keys, KeysPlace Place, DateTimeOffset FetchedAt, TimeSpan Lifetime)
{
    // Form, fetched at, located at, lifetime, length of the address, the address, the set.
    private const byte Form = 1;
    private const int Address = 1 + (3 * sizeof(long)) + sizeof(ushort);

    /// <summary>Ample even for sets with certificates; what a replica fetches beyond that is its own.</summary>
    private const int MaxLength = 64 * 1024;

    public bool IsNewerThan(DateTimeOffset? other) => !(FetchedAt <= other);

    /// <summary>Whether most of its life is still to come: after three quarters a successor is looked for.</summary>
    public bool IsYoung(DateTimeOffset now) => ReplicaClocks.Age(FetchedAt, now) < Lifetime * IssuerKeys.Youth;

    /// <summary>Null for a set too large to be shared.</summary>
    public byte[]? Write()
    {
        var address = Encoding.UTF8.GetBytes(Place.Url.AbsoluteUri);
        if (Address + address.Length + Json.Length > MaxLength)
        {
            return null;
        }

        var value = new byte[Address + address.Length + Json.Length];
        value[0] = Form;
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(1), FetchedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(9), Place.LocatedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(17), (long)Lifetime.TotalMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(25), (ushort)address.Length);
        address.CopyTo(value, Address);
        Json.Span.CopyTo(value.AsSpan(Address + address.Length));
        return value;
    }

    /// <summary>Null for anything that no fetch from <paramref name="source"/> could have brought by now. Never throws.</summary>
    public static FetchedKeys? Read(ReadOnlySpan<byte> value, KeySource source, DateTimeOffset now)
    {
        if (value.Length is < Address or > MaxLength || value[0] != Form
            || TimeAt(value, 1) is not { } fetchedAt || TimeAt(value, 9) is not { } locatedAt
            || ReplicaClocks.Age(fetchedAt, now) is null || ReplicaClocks.Age(locatedAt, now) is null)
        {
            return null;
        }

        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(value[17..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(value[25..]);
        var rest = value[Address..];
        return KeyFetcher.IsLifetime(milliseconds) && length <= rest.Length
            && Uri.TryCreate(Encoding.UTF8.GetString(rest[..length]), UriKind.Absolute, out var url) && source.MayHaveKeysAt(url)
            && KeyFetcher.Read(rest[length..], out _) is { } keys
                ? new(rest[length..].ToArray(), keys, new(url, locatedAt), fetchedAt, TimeSpan.FromMilliseconds(milliseconds))
                : null;
    }

    private static DateTimeOffset? TimeAt(ReadOnlySpan<byte> value, int at) =>
        ReplicaClocks.Read(BinaryPrimitives.ReadInt64BigEndian(value[at..]));
}

using System.Buffers.Binary;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// Which pool an identity belongs to, of those this replica saw of late. It never moves to another and its id is never used again; that
/// it still exists is not said. Only part of an id is kept, so somebody who makes up ids can have one taken for that of an identity
/// which he knows, and what is answered must not be trusted with more than whom to charge. Takes some three megabytes at most, makes no
/// object for an identity, takes no lock for what it knows, and forgets whom a newer one took the place of, or all when there are too
/// many pools.
/// </summary>
internal sealed class PoolMemory
{
    internal const int MostPools = (1 << PoolBits) - 1;

    private const int PlaceBits = 17;
    private const int PoolBits = 14;
    private const ulong NumberOfPool = (1UL << PoolBits) - 1;
    private const int RandomBits = 62;
    private const int UuidLength = 36;

    private Seen _seen = new();

    public PoolId? Find(IdentityId id) => TryRead(id, out var bits) ? Volatile.Read(ref _seen).Find(bits) : null;

    public void Note(IdentityId id, PoolId pool)
    {
        if (!TryRead(id, out var bits))
        {
            return;
        }

        var seen = Volatile.Read(ref _seen);
        if (!seen.TryNote(bits, pool))
        {
            var fresh = new Seen();
            fresh.TryNote(bits, pool);
            Interlocked.CompareExchange(ref _seen, fresh, seen);
        }
    }

    // The last half of a UUID, in which all bits but the first two are random; in the first half neighbours are alike.
    private static bool TryRead(IdentityId id, out ulong bits)
    {
        var text = id.Value.AsSpan();
        if (text.Length < UuidLength || !Guid.TryParseExact(text[^UuidLength..], "D", out var uuid))
        {
            bits = 0;
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        bits = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        return true;
    }

    /// <summary>Each place is one word, which is read and written whole: most of an id's bits, and the number of a pool in the last.</summary>
    private sealed class Seen
    {
        private readonly ulong[] _places = new ulong[1 << PlaceBits];
        private readonly PoolId[] _pools = new PoolId[1 << PoolBits]; // From 1.
        private readonly Dictionary<PoolId, ulong> _numbers = [];
        private readonly Lock _gate = new();

        public PoolId? Find(ulong bits)
        {
            var word = Volatile.Read(ref PlaceOf(bits));
            return word != 0 && (word ^ (bits << PoolBits)) <= NumberOfPool ? _pools[word & NumberOfPool] : null;
        }

        public bool TryNote(ulong bits, PoolId pool)
        {
            if (Find(bits) == pool)
            {
                return true;
            }

            if (NumberOf(pool) is not { } number)
            {
                return false;
            }

            Volatile.Write(ref PlaceOf(bits), (bits << PoolBits) | number);
            return true;
        }

        // By the first of the random bits, since the word keeps the last.
        private ref ulong PlaceOf(ulong bits) => ref _places[(bits >> (RandomBits - PlaceBits)) & ((1 << PlaceBits) - 1)];

        private ulong? NumberOf(PoolId pool)
        {
            lock (_gate)
            {
                if (_numbers.TryGetValue(pool, out var known))
                {
                    return known;
                }

                if (_numbers.Count == MostPools)
                {
                    return null;
                }

                var number = (ulong)_numbers.Count + 1;
                _pools[number] = pool;
                _numbers.Add(pool, number);
                return number;
            }
        }
    }
}

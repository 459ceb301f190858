namespace FederatedIdentity.Domain.Identities;

/// <summary>
/// Makes ids for new identities, <c>&lt;region&gt;:&lt;lower-case UUID&gt;</c> of version 4. Ids that are made one after the other begin with the same
/// 20 random bits for a while, so that new rows go to few pages of an index instead of to one page each; the other 102 are random in each,
/// from the system's generator of secrets, because an id is all that a guest has to show. They tell nothing about when they were made,
/// but two that begin alike were likely made by one process, near each other. Any number of threads may ask.
/// </summary>
/// <remarks>docs/decisions/0018-ids-of-neighbours.md</remarks>
public sealed class NewIdentityIds(string region)
{
    /// <summary>How many ids begin with the same bits: some 200 pages of an index.</summary>
    public const int Neighbours = 16_384;

    private Neighbourhood _now = new();

    public IdentityId Next()
    {
        var here = Volatile.Read(ref _now);
        while (!here.TryEnter())
        {
            Volatile.Write(ref _now, here = new()); // Two threads may each begin one; neither is worse for it.
        }

        return new($"{region}:{here.Address()}");
    }

    private sealed class Neighbourhood
    {
        private readonly Guid _prefix = Guid.NewGuid();
        private int _entered;

        public bool TryEnter() => Interlocked.Increment(ref _entered) <= Neighbours;

        public Guid Address()
        {
            Span<byte> prefix = stackalloc byte[16];
            Span<byte> id = stackalloc byte[16];
            _prefix.TryWriteBytes(prefix, bigEndian: true, out _);
            Guid.NewGuid().TryWriteBytes(id, bigEndian: true, out _);
            prefix[..2].CopyTo(id);
            id[2] = (byte)((prefix[2] & 0xF0) | (id[2] & 0x0F));
            return new(id, bigEndian: true);
        }
    }
}

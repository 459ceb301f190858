using System.Collections.Frozen;
using System.Runtime.InteropServices;
using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Storage.Redis;

/// <summary>What was granted ahead of Redis, until it is told: each budget once, with how many units.</summary>
internal sealed class UntoldCharges
{
    /// <summary>So many budgets keep Redis busy for about a millisecond, and are told at once.</summary>
    public const int Many = 512;

    private const int Most = 2 * Many;

    private readonly Lock _gate = new();
    private Dictionary<RateCharge, int> _units = [];

    /// <summary>Whether there are so many that no more should come.</summary>
    public bool IsFull => Volatile.Read(ref _units).Count >= Most;

    /// <summary>Adds a unit for each; how many budgets there were before, and how many there are now.</summary>
    public (int Before, int Now) Add(ReadOnlySpan<RateCharge> charges)
    {
        lock (_gate)
        {
            var before = _units.Count;
            foreach (var charge in charges)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_units, charge, out _)++;
            }

            return (before, _units.Count);
        }
    }

    public IReadOnlyDictionary<RateCharge, int> Take()
    {
        lock (_gate)
        {
            if (_units.Count == 0)
            {
                return FrozenDictionary<RateCharge, int>.Empty;
            }

            var taken = _units;
            _units = new(taken.Count); // As many again, most likely.
            return taken;
        }
    }
}

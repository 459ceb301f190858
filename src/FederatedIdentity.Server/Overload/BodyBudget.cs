using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Overload;

/// <summary>How many bytes of large request bodies may be in memory at once, those of all clients together.</summary>
internal sealed class BodyBudget(IOptions<OverloadOptions> options, Refusals refusals)
{
    /// <summary>So much of every body is free, which is all of nearly every one: large bodies cannot shut out ordinary calls.</summary>
    public const int Free = 16 * 1024;

    private readonly long _limit = options.Value.BodyBytes;
    private long _taken;

    /// <summary>The share of one body, of nothing yet.</summary>
    public Share Open() => new(this);

    private bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _limit)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -bytes);
        refusals.Add(RefusalReason.BodiesFull);
        return false;
    }

    /// <summary>What one body takes of the budget, until it is disposed.</summary>
    internal sealed class Share(BodyBudget budget) : IDisposable
    {
        private long _taken;

        /// <summary>False when the body would be one large body too many; what it had taken before, it keeps.</summary>
        public bool TryGrowTo(long length)
        {
            var more = length - Free - _taken;
            if (more > 0 && !budget.TryTake(more))
            {
                return false;
            }

            _taken += Math.Max(0, more);
            return true;
        }

        public void Dispose()
        {
            Interlocked.Add(ref budget._taken, -_taken);
            _taken = 0;
        }
    }
}

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>The SDKs' own brake: a client whose calls all fail stops retrying until some succeed again.</summary>
internal sealed class RetryQuota
{
    private const int Capacity = 500;
    private const int Cost = 5;

    private readonly Lock _lock = new();
    private int _left = Capacity;

    public bool TryTake()
    {
        lock (_lock)
        {
            if (_left < Cost)
            {
                return false;
            }

            _left -= Cost;
            return true;
        }
    }

    /// <summary>A retry that helped gives back what it cost, a first attempt a little.</summary>
    public void Refill(int attempt)
    {
        lock (_lock)
        {
            _left = Math.Min(Capacity, _left + (attempt > 1 ? Cost : 1));
        }
    }
}

using System.Security.Cryptography;

namespace FederatedIdentity.Domain.Identities;

/// <summary>How the loops that load, decide and write behave when concurrent requests keep winning.</summary>
public static class Contention
{
    /// <summary>How often a loop decides before it gives up.</summary>
    public const int MaxAttempts = 16;

    // Two or three lost races are everyday; after that the rivals must get out of each other's step.
    private const int AttemptsWithoutPause = 3;

    internal static async ValueTask PauseAsync(int attempt, TimeProvider clock, CancellationToken ct)
    {
        if (attempt > AttemptsWithoutPause)
        {
            var milliseconds = RandomNumberGenerator.GetInt32(1, 5 * (attempt - AttemptsWithoutPause) + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), clock, ct);
        }
    }

    internal static TimeoutException GiveUp(PoolId pool) =>
        new($"The logins of a request to pool {pool} kept moving through {MaxAttempts} attempts.");
}

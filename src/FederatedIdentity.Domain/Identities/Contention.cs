using System.Security.Cryptography;

namespace FederatedIdentity.Domain.Identities;

/// <summary>How the loops that load, decide and write behave when concurrent requests keep winning.</summary>
public static class Contention
{
    /// <summary>
    /// How often a loop decides before it gives up. An attempt is lost only to a rival that won, so this many guests that log in as
    /// one user at once are merged one after the other, whatever the order.
    /// </summary>
    public const int MaxAttempts = 64;

    // Two or three lost races are everyday; after that the rivals must get out of each other's step.
    private const int AttemptsWithoutPause = 3;
    private const int LongestPauseMilliseconds = 50;

    internal static async ValueTask PauseAsync(int attempt, TimeProvider clock, CancellationToken ct)
    {
        if (attempt > AttemptsWithoutPause)
        {
            var longest = Math.Min(5 * (attempt - AttemptsWithoutPause), LongestPauseMilliseconds);
            var milliseconds = RandomNumberGenerator.GetInt32(1, longest + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), clock, ct);
        }
    }

    internal static ContentionException GiveUp(PoolId pool) =>
        new($"The logins of a request to pool {pool} kept moving through {MaxAttempts} attempts.");
}

/// <summary>Concurrent requests for the same logins won again and again. Nothing was written; a caller may try again later.</summary>
public sealed class ContentionException(string message) : TimeoutException(message);

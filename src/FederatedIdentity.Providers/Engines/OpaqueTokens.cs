using System.Collections.Concurrent;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Remembers for a few minutes what providers said of opaque tokens, and asks once for however many requests carry the same token.
/// </summary>
internal sealed class OpaqueTokens(ProviderMetrics metrics, TimeProvider time)
{
    private readonly OpaqueMemory _memory = new(time);
    private readonly ConcurrentDictionary<TokenKey, Lazy<Task<OpaqueResult>>> _flights = new();

    internal TimeSpan Deadline { get; init; } = OutboundHttp.LoginDeadline;

    internal int Remembered => _memory.Count;

    /// <summary>
    /// What the provider says of <paramref name="token"/>, from memory or by <paramref name="ask"/>. <paramref name="app"/> is all of
    /// the configuration on which the answer depends: the app's id, and its secrets where the call is made with them.
    /// </summary>
    public ValueTask<OpaqueResult> JudgeAsync(
        string kind, string app, ProviderToken token, Func<CancellationToken, Task<OpaqueResult>> ask, CancellationToken ct)
    {
        var key = TokenKey.Of(kind, app, token.Reveal);
        if (_memory.Find(key) is { } known)
        {
            metrics.LookedUp(kind, "hit");
            return new(known);
        }

        // Begun on another thread: however this caller's request ends, the flight belongs to everybody who waits for it.
        var mine = new Lazy<Task<OpaqueResult>>(() => Task.Run(() => FlyAsync(key, ask), CancellationToken.None));
        var flight = _flights.GetOrAdd(key, mine);
        metrics.LookedUp(kind, flight == mine ? "miss" : "joined");
        return new(flight.Value.WaitAsync(ct));
    }

    private async Task<OpaqueResult> FlyAsync(TokenKey key, Func<CancellationToken, Task<OpaqueResult>> ask)
    {
        try
        {
            // An earlier flight may have landed between the look into the memory and the start of this one.
            return _memory.Find(key) ?? await AskAsync(key, ask);
        }
        finally
        {
            _flights.TryRemove(key, out _);
        }
    }

    private async Task<OpaqueResult> AskAsync(TokenKey key, Func<CancellationToken, Task<OpaqueResult>> ask)
    {
        var askedAt = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var result = await ask(deadline.Token);
            _memory.Keep(key, result, askedAt);
            return result;
        }
        catch (OperationCanceledException)
        {
            return new OpaqueResult.Unavailable("no complete answer in time");
        }
    }
}

using System.Collections.Concurrent;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Remembers for a few minutes what providers said of opaque tokens, and asks once for however many requests carry the same token, to
/// whichever replica.
/// </summary>
internal sealed class OpaqueTokens(ITokenCache shared, ProviderMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly OpaqueMemory _memory = new(time);
    private readonly SharedTurns _turns = new(shared, time);
    private readonly ConcurrentDictionary<TokenKey, Lazy<Task<OpaqueResult>>> _flights = new();

    internal TimeSpan Deadline { get; init; } = OutboundHttp.LoginDeadline;

    internal int Remembered => _memory.Count;

    /// <summary>
    /// What the provider says of <paramref name="token"/>, from memory or by <paramref name="ask"/>. <paramref name="app"/> is all of
    /// the configuration on which the answer depends: the app's id, its secrets where the call is made with them, and the settings that
    /// say who is asked for what, so that replicas with other settings share nothing.
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
        var mine = new Lazy<Task<OpaqueResult>>(() => Task.Run(() => FlyAsync(kind, key, ask), CancellationToken.None));
        var flight = _flights.GetOrAdd(key, mine);
        if (flight != mine)
        {
            metrics.LookedUp(kind, "joined");
        }

        return new(flight.Value.WaitAsync(ct));
    }

    private async Task<OpaqueResult> FlyAsync(string kind, TokenKey key, Func<CancellationToken, Task<OpaqueResult>> ask)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            // An earlier flight may have landed between the look into the memory and the start of this one.
            if (_memory.Find(key) is { } landed)
            {
                metrics.LookedUp(kind, "hit");
                return landed;
            }

            return await FindAsync(kind, key, ask, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return new OpaqueResult.Unavailable("no complete answer in time");
        }
        finally
        {
            _flights.TryRemove(key, out _);
        }
    }

    /// <summary>Asks the other replicas first. What they say and we cannot use is as good as nothing.</summary>
    private async Task<OpaqueResult> FindAsync(
        string kind, TokenKey key, Func<CancellationToken, Task<OpaqueResult>> ask, CancellationToken ct)
    {
        var turn = await _turns.TakeAsync(key.SharedName, Deadline + Grace, ct);
        if (turn.Value is { } value && SharedAnswer.Read(value) is { } answer && _memory.Borrow(key, answer.Result, answer.AskedAt))
        {
            metrics.LookedUp(kind, turn.Waited ? "awaited" : "shared");
            return answer.Result;
        }

        metrics.LookedUp(kind, "miss");
        return await AskAsync(key, turn.IsMine, ask, ct);
    }

    private async Task<OpaqueResult> AskAsync(
        TokenKey key, bool myTurn, Func<CancellationToken, Task<OpaqueResult>> ask, CancellationToken ct)
    {
        var (askedAt, wallClock) = (time.GetTimestamp(), time.GetUtcNow());
        var kept = false;
        try
        {
            var result = await ask(ct);
            _memory.Keep(key, result, askedAt);
            kept = TryShare(key, new(result, wallClock), time.GetElapsedTime(askedAt));
            return result;
        }
        finally
        {
            if (myTurn && !kept)
            {
                shared.Release(key.SharedName);
            }
        }
    }

    private bool TryShare(TokenKey key, SharedAnswer answer, TimeSpan age)
    {
        if (_memory.Remaining(answer.Result, age) is not { } left || answer.Write() is not { } value)
        {
            return false;
        }

        shared.Keep(key.SharedName, value, left);
        return true;
    }
}

using System.Collections.Concurrent;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Remembers for a few minutes what providers said of opaque tokens, and asks once for however many requests carry the same token.
/// </summary>
internal sealed class OpaqueTokens
{
    private readonly ConcurrentDictionary<(string, string, string), Lazy<Task<OpaqueResult>>> _flights = new();

    /// <summary>
    /// What the provider says of <paramref name="token"/>, from memory or by <paramref name="ask"/>. <paramref name="app"/> is all of
    /// the configuration on which the answer depends: the app's id, and its secrets where the call is made with them.
    /// </summary>
    public async ValueTask<OpaqueResult> JudgeAsync(
        string kind, string app, ProviderToken token, Func<CancellationToken, Task<OpaqueResult>> ask, CancellationToken ct)
    {
        var key = (kind, app, token.Reveal);
        var flight = _flights.GetOrAdd(key, _ => new(() => ask(CancellationToken.None)));
        try
        {
            return await flight.Value.WaitAsync(ct);
        }
        finally
        {
            _flights.TryRemove(key, out _);
        }
    }
}

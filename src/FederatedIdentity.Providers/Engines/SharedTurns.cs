using System.Diagnostics;
using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// What came of asking the other replicas. Without a <paramref name="Value"/> the caller finds out; whoever has the turn
/// (<paramref name="IsMine"/>) gives it back. <paramref name="Waited"/>: another replica was at it.
/// </summary>
internal readonly record struct SharedTurn(byte[]? Value, bool IsMine, bool Waited);

/// <summary>
/// Lets one replica find out what several want to know. The others wait a moment, take over when the first gives up, and go ahead
/// without a turn when nothing comes of it: a replica that died with the turn delays the others once, and stops nobody.
/// </summary>
internal sealed class SharedTurns(ITokenCache cache, TimeProvider time)
{
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>About a second and a half, which leaves most of a login's deadline for the call.</summary>
    internal const int LongestWait = 30;

    public async Task<SharedTurn> TakeAsync(string key, TimeSpan lease, CancellationToken ct)
    {
        for (var waited = 0; ; waited++)
        {
            switch (await cache.FindOrLeaseAsync(key, lease, ct))
            {
                case SharedLookup.Found found:
                    return new(found.Value, IsMine: false, waited > 0);
                case SharedLookup.Yours:
                    return new(null, IsMine: true, waited > 0);
                case SharedLookup.Awaited when waited == LongestWait:
                    return new(null, IsMine: false, Waited: true);
                case SharedLookup.Awaited:
                    await Task.Delay(Pause, time, ct);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }
}

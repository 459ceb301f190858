using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// The gates of all hosts that were called lately, apart by thumbprints: a host whose certificate one registration does not believe
/// is not dead for the others. Forgets the longest unused idle one rather than grow without bound.
/// </summary>
internal sealed partial class HostGates(TimeProvider time, ILogger log)
{
    private readonly ConcurrentDictionary<(string Host, Thumbprints Trust), HostGate> _gates = new();
    private readonly Lock _growing = new();

    internal int MaxHosts { get; init; } = 1000;

    internal int Count => _gates.Count;

    public HostGate Of(Uri url, Thumbprints trust)
    {
        var key = ($"{url.IdnHost}:{url.Port}", trust);
        return _gates.TryGetValue(key, out var known) ? known : Add(key);
    }

    private HostGate Add((string Host, Thumbprints Trust) key)
    {
        lock (_growing)
        {
            while (_gates.Count >= MaxHosts && !_gates.ContainsKey(key))
            {
                _gates.TryRemove(_gates.MinBy(entry => (entry.Value.IsBusy, entry.Value.LastUsed)).Key, out _);
            }

            return _gates.GetOrAdd(key, entry => NewGate(entry.Host));
        }
    }

    private HostGate NewGate(string host)
    {
        // A dead host is found dead again after every probe, which is not said again.
        var said = false;
        return new HostGate(host, time, dead =>
        {
            if (dead != said)
            {
                Announce(host, said = dead);
            }
        });
    }

    private void Announce(string host, bool dead)
    {
        if (dead)
        {
            Log.FoundDead(log, host);
        }
        else
        {
            Log.CameBack(log, host);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Host} does not answer; calls to it fail at once until a probe gets through")]
        public static partial void FoundDead(ILogger log, string host);

        [LoggerMessage(2, LogLevel.Warning, "{Host} answers again")]
        public static partial void CameBack(ILogger log, string host);
    }
}

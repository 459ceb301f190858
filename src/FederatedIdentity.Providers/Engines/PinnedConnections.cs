namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Keeps the connections of calls with different thumbprints apart: what one registration vouches for, another's call must neither
/// trust nor find already connected.
/// </summary>
internal sealed class PinnedConnections(Func<Thumbprints, SocketsHttpHandler> newHandler) : IDisposable
{
    private readonly Dictionary<Thumbprints, HttpMessageInvoker> _pools = [];
    private readonly Lock _gate = new();

    /// <summary>So many sets of thumbprints have connections that last; calls with further ones connect each time.</summary>
    internal int MaxPools { get; init; } = 256;

    /// <summary>Dispose what you get: it ends a pool only if it is the call's own.</summary>
    public Lease For(Thumbprints thumbprints)
    {
        lock (_gate)
        {
            if (_pools.TryGetValue(thumbprints, out var known))
            {
                return new Lease(known, Own: false);
            }

            var pool = new HttpMessageInvoker(newHandler(thumbprints), disposeHandler: true);
            return new Lease(pool, Own: _pools.Count >= MaxPools || !_pools.TryAdd(thumbprints, pool));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var pool in _pools.Values)
            {
                pool.Dispose();
            }
        }
    }

    internal readonly record struct Lease(HttpMessageInvoker Http, bool Own) : IDisposable
    {
        public void Dispose()
        {
            if (Own)
            {
                Http.Dispose();
            }
        }
    }
}

using System.Collections.Concurrent;
using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Providers.Engines;

/// <summary>The key caches of all issuers that pools trust; forgets the longest unused one rather than grow without bound.</summary>
internal sealed class JwkSets(KeyFetcher fetcher, ITokenCache shared, ProviderMetrics metrics, TimeProvider time)
{
    private readonly ConcurrentDictionary<KeySource, IssuerKeys> _issuers = new();
    private readonly Lock _growing = new();

    internal int MaxIssuers { get; init; } = 1000;

    internal int Count => _issuers.Count;

    public IssuerKeys Of(KeySource source) => _issuers.TryGetValue(source, out var known) ? known : Add(source);

    private IssuerKeys Add(KeySource source)
    {
        lock (_growing)
        {
            while (_issuers.Count >= MaxIssuers && !_issuers.ContainsKey(source))
            {
                _issuers.TryRemove(_issuers.MinBy(entry => entry.Value.LastUsed).Key, out _);
            }

            return _issuers.GetOrAdd(source, Create);
        }
    }

    private IssuerKeys Create(KeySource source)
    {
        var search = new KeySearch(source, fetcher, new SharedKeys(source, shared, time), metrics, time);
        return new(search, source.Kind, metrics, time);
    }
}

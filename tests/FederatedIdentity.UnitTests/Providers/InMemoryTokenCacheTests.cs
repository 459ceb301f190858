using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The cache that stands for the real one in tests keeps the real one's promises.</summary>
public sealed class InMemoryTokenCacheTests : TokenCacheConformance
{
    private readonly ITokenCache[] _replicas;

    public InMemoryTokenCacheTests()
    {
        var cache = new InMemoryTokenCache(TimeProvider.System);
        _replicas = [cache.Replica(), cache.Replica()];
    }

    protected override ITokenCache One => _replicas[0];

    protected override ITokenCache Two => _replicas[1];
}

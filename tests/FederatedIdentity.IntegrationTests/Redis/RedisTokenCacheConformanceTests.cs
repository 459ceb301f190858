using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>The cache in Redis keeps the promises of the port, and so those of the cache that stands for it in tests.</summary>
public sealed class RedisTokenCacheConformanceTests : TokenCacheConformance, IAsyncLifetime
{
    private RedisProcess _redis = null!;
    private Replica _one = null!;
    private Replica _two = null!;

    protected override ITokenCache One => _one.Cache;

    protected override ITokenCache Two => _two.Cache;

    public async Task InitializeAsync()
    {
        _redis = await RedisProcess.StartAsync();
        _one = await Replica.StartAsync(_redis.ConnectionString);
        _two = await Replica.StartAsync(_redis.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _redis.DisposeAsync();
    }
}

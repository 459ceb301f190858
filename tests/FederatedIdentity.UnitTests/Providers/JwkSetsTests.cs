using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class JwkSetsTests
{
    [Fact]
    public void The_longest_unused_issuer_makes_room_for_a_new_one()
    {
        using var metrics = new MetricLog();
        var clock = new ManualClock();
        using var http = new OutboundHttp(Options.Create(new OutboundOptions()), metrics.Metrics, clock, NullLogger<OutboundHttp>.Instance);
        var shared = new InMemoryTokenCache(clock).Replica();
        var sets = new JwkSets(new KeyFetcher(http, NullLogger<KeyFetcher>.Instance), shared, metrics.Metrics, clock) { MaxIssuers = 3 };
        var sources = Enumerable.Range(0, 4).Select(i => KeySource.Keys("oidc", $"https://{i}.invalid/")).ToList();
        var first = sources.Take(3).Select(source =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return sets.Of(source);
        }).ToList();

        sets.Of(sources[3]);

        Assert.Equal(3, sets.Count);
        Assert.Same(first[1], sets.Of(sources[1]));
        Assert.Same(first[2], sets.Of(sources[2]));
        Assert.NotSame(first[0], sets.Of(sources[0]));
    }
}

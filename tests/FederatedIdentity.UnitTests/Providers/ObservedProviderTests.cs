using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class ObservedProviderTests
{
    [Fact]
    public async Task An_outage_is_told_once_a_second_however_many_logins_meet_it()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (clock, log) = (new ManualClock(), new ListLogger<ObservedProvider>());
        var metrics = new ProviderMetrics(services.GetRequiredService<IMeterFactory>());
        var observed = new ObservedProvider("down", new Down(), metrics, clock, log);

        await MeetAsync(observed, 100);
        Assert.Equal(LogLevel.Warning, Assert.Single(log.Lines).Level);

        clock.Advance(TimeSpan.FromSeconds(1));
        await MeetAsync(observed, 100);
        Assert.Equal(2, log.Lines.Count);
    }

    private static async Task MeetAsync(ObservedProvider provider, int logins)
    {
        for (var login = 0; login < logins; login++)
        {
            Assert.IsType<LoginVerdict.Unreachable>(await provider.VerifyAsync("down", new("token"), ProviderRig.PoolOf(), default));
        }
    }

    private sealed class Down : ILoginProvider
    {
        public bool Serves(string loginKey, Pool pool) => true;

        public ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct) =>
            new(new LoginVerdict.Unreachable("out of order"));
    }
}

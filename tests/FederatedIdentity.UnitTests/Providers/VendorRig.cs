using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>All providers as the server builds them, on a manual clock, allowed to call one vendor, with everything they log.</summary>
internal sealed class VendorRig : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public VendorRig(string host, IReadOnlyDictionary<string, string?> settings, InMemoryTokenCache? shared = null)
    {
        var configuration = new Dictionary<string, string?> { ["FederatedIdentity:Outbound:AllowedPrivateHosts:0"] = host };
        foreach (var (name, value) in settings)
        {
            configuration[$"FederatedIdentity:Providers:{name}"] = value;
        }

        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<ILogger<ObservedProvider>>(Log);
        services.AddSingleton((shared ?? new InMemoryTokenCache(Clock)).Replica());
        services.AddProviders(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        _services = services.BuildServiceProvider();
    }

    public ManualClock Clock { get; } = new();

    public ListLogger<ObservedProvider> Log { get; } = new();

    /// <summary>What the provider that is responsible for a key says of a token.</summary>
    public ValueTask<LoginVerdict> VerifyAsync(string loginKey, string token, Pool pool) =>
        _services.GetServices<ILoginProvider>()
            .First(provider => provider.Serves(loginKey, pool))
            .VerifyAsync(loginKey, new(token), pool, default);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Both providers as the product registers them, on a manual clock, allowed to call one stub of the vendor.</summary>
internal sealed class TwitterRig : IAsyncDisposable
{
    public const string App = "consumerKey;consumerSecret";
    public const string Token = "12-token;tokenSecret";

    private readonly ServiceProvider _services;

    private TwitterRig(StubTwitter stub, Dictionary<string, string?> settings)
    {
        Stub = stub;
        settings["FederatedIdentity:Outbound:AllowedPrivateHosts:0"] = new Uri(stub.Url).Authority;
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<ILogger<ObservedProvider>>(Log);
        services.AddSingleton(new InMemoryTokenCache(Clock).Replica());
        services.AddProviders(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        _services = services.BuildServiceProvider();
    }

    public StubTwitter Stub { get; }

    public ManualClock Clock { get; } = new();

    public ListLogger<ObservedProvider> Log { get; } = new();

    /// <summary>With Twitter's endpoint at the stub; further settings are of Twitter too unless they begin with "Digits:".</summary>
    public static async Task<TwitterRig> StartAsync(params (string Name, string Value)[] settings)
    {
        const string Section = "FederatedIdentity:Providers:";
        var stub = await StubTwitter.StartAsync();
        var all = new Dictionary<string, string?> { [$"{Section}Twitter:Endpoint"] = stub.Url };
        foreach (var (name, value) in settings)
        {
            var key = name.StartsWith("Digits:", StringComparison.Ordinal) ? name : $"Twitter:{name}";
            all[Section + key] = value.Replace("{stub}", stub.Url, StringComparison.Ordinal);
        }

        return new TwitterRig(stub, all);
    }

    public Task<LoginVerdict> VerifyAsync(string token = Token, string? app = App, string key = "api.twitter.com") =>
        VerifyAsync(ProviderRig.PoolOf(app is null ? [] : new Dictionary<string, string> { [key] = app }), key, token);

    public async Task<LoginVerdict> VerifyAsync(Pool pool, string key, string token)
    {
        var provider = _services.GetServices<ILoginProvider>().First(candidate => candidate.Serves(key, pool));
        return await provider.VerifyAsync(key, new(token), pool, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Stub.DisposeAsync();
    }
}

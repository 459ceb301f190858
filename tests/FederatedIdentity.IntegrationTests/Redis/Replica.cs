using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Storage.Redis;
using FederatedIdentity.Storage.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>What one replica has of Redis, with everything it logs and counts, and without the rest of the server.</summary>
internal sealed class Replica : IAsyncDisposable, ILoggerProvider
{
    public static readonly MasterKey MasterKey = new(new byte[MasterKey.Length]);

    private readonly ServiceProvider _services;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentDictionary<string, long> _counts = [];
    private IHostedService[] _hosted = [];

    private Replica(string? connectionString, Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging(logging => logging.AddProvider(this));
        services.AddSingleton(MasterKey);
        services.AddRedis(connectionString);
        _services = services.BuildServiceProvider(validateScopes: true);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == _services.GetService<IMeterFactory>())
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            _counts.AddOrUpdate(
                $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}",
                count,
                (_, before) => instrument.IsObservable ? count : before + count));
        _meters.Start();
    }

    public ConcurrentQueue<(LogLevel Level, string Text)> Log { get; } = [];

    public IRateBudgets Budgets => _services.GetRequiredService<IRateBudgets>();

    public ITokenCache Cache => _services.GetRequiredService<ITokenCache>();

    public RedisCircuit Circuit => _services.GetRequiredService<RedisCircuit>();

    public ReplicaCount Replicas => _services.GetRequiredService<ReplicaCount>();

    /// <summary>Started, and connected.</summary>
    public static async Task<Replica> StartAsync(string connectionString, Dictionary<string, string?>? settings = null)
    {
        var replica = await LaunchAsync(connectionString, settings);
        await Until.TrueAsync(() => !replica.Circuit.IsOpen);
        return replica;
    }

    /// <summary>Started, whether or not there is a Redis.</summary>
    public static async Task<Replica> LaunchAsync(string? connectionString, Dictionary<string, string?>? settings = null)
    {
        // A test's machine is busy, and no test is about how fast it is.
        var replica = new Replica(connectionString, settings ?? new() { ["FederatedIdentity:Redis:CommandTimeout"] = "00:00:00.500" });
        replica._hosted = [.. replica._services.GetServices<IHostedService>()];
        foreach (var hosted in replica._hosted)
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        return replica;
    }

    public ValueTask<bool> SpendAsync(params RateCharge[] charges) => Budgets.TrySpendAsync(charges, CancellationToken.None);

    /// <summary>Spends, and tells whether that took nobody's answer.</summary>
    public async Task<bool> IsGrantedAtOnceAsync(params RateCharge[] charges)
    {
        var spending = SpendAsync(charges).AsTask();
        var atOnce = spending.IsCompleted;
        return await spending && atOnce;
    }

    /// <summary>A budget of a single unit, which nobody grants ahead of Redis.</summary>
    public static RateCharge Single() => new($"single/{Guid.NewGuid()}", 0.01, 1);

    /// <summary>Whether Redis grants something.</summary>
    public async ValueTask<bool> IsGrantedByRedisAsync()
    {
        const string Granted = "federated_identity.rate_budgets.decisions redis granted";
        var before = Count(Granted);
        return await SpendAsync(Single()) && Count(Granted) > before;
    }

    /// <summary>How often something was counted: an instrument's name and its labels' values.</summary>
    public long Count(string counted)
    {
        _meters.RecordObservableInstruments();
        return _counts.GetValueOrDefault(counted);
    }

    public ILogger CreateLogger(string categoryName) => new Lines(Log);

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _hosted)
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        _meters.Dispose();
    }

    public void Dispose() { }

    private sealed class Lines(ConcurrentQueue<(LogLevel Level, string Text)> log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            log.Enqueue((level, format(state, exception)));
    }
}

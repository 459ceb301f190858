using FederatedIdentity.Providers;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Overload;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Server.Telemetry;
using FederatedIdentity.Server.Throttling;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Redis;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// The deployment that is examined: its settings, and the parts of a server, built and not started. Settings that keep a part from being
/// built are in <see cref="Faults"/>; what several checks need to know of the database and Redis is asked once.
/// </summary>
internal sealed class Subject : IAsyncDisposable
{
    private readonly ServiceCollection _services = new();
    private readonly List<string> _faults = [];
    private readonly Lazy<ServiceProvider> _provider;
    private readonly Lazy<Task<DatabaseState>> _database;
    private readonly Lazy<(IRedisExamination? Examination, string? Fault)> _redis;
    private readonly Lazy<Task<(RedisFacts? Facts, string? Fault)>> _redisFacts;

    public Subject(IConfiguration configuration, IHostEnvironment environment, bool beforeMigration)
    {
        (Configuration, BeforeMigration) = (configuration, beforeMigration);
        _services.AddSingleton(configuration);
        _services.AddSingleton(environment);
        _services.AddLogging();
        AddParts(_services, configuration);
        Postgres = FindPostgres();
        AddRedis();
        _provider = new(_services.BuildServiceProvider);
        _database = new(() => DatabaseState.AskAsync(this));
        _redis = new(FindRedis);
        _redisFacts = new(async () => Redis is { } redis ? await redis.AskAsync() : (null, "not configured"));
    }

    public IConfiguration Configuration { get; }

    /// <summary>Whether an old or empty schema is what is expected, and no replica of this version runs yet.</summary>
    public bool BeforeMigration { get; }

    /// <summary>Settings without which not even the parts could be built.</summary>
    public IReadOnlyList<string> Faults => _redis.Value.Fault is { } fault ? [.. _faults, fault] : _faults;

    /// <summary>Null when the configuration does not say how it is reached.</summary>
    public PostgresConnection? Postgres { get; }

    public IServiceProvider Services => _provider.Value;

    /// <summary>Whether there is a Redis, be it usable or not.</summary>
    public bool HasRedis => !string.IsNullOrWhiteSpace(Configuration.GetConnectionString("Redis"));

    /// <summary>Null in a deployment without Redis, and when its settings are not valid.</summary>
    public IRedisExamination? Redis => _redis.Value.Examination;

    public NpgsqlDataSource DataSource => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Every kind of options that is validated when a server starts.</summary>
    public IReadOnlyList<Type> OptionTypes =>
    [
        .. _services.Select(service => service.ServiceType)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IValidateOptions<>))
            .Select(type => type.GetGenericArguments()[0])
            .Distinct(),
    ];

    /// <summary>Null when they are not valid, which the check of the configuration tells.</summary>
    public T? Options<T>()
        where T : class
    {
        try
        {
            return Services.GetRequiredService<IOptions<T>>().Value;
        }
        catch (Exception invalid) when (invalid is OptionsValidationException or InvalidOperationException)
        {
            return null;
        }
    }

    public Task<DatabaseState> DatabaseAsync() => _database.Value;

    public Task<(RedisFacts? Facts, string? Fault)> RedisAsync() => _redisFacts.Value;

    /// <summary>A check that reads our tables: false, and a row that says why, when it cannot.</summary>
    public async Task<bool> HasTablesAsync(Findings findings, string check)
    {
        if (await DatabaseAsync() is { WhyNoTables: { } why })
        {
            findings.Skip(check, why);
            return false;
        }

        if (Options<MasterKeyOptions>() is null)
        {
            findings.Skip(check, "the master key is not configured");
            return false;
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider.IsValueCreated)
        {
            await _provider.Value.DisposeAsync();
        }
    }

    /// <summary>All that has settings of its own. A test holds this list to the options there are.</summary>
    private static void AddParts(IServiceCollection services, IConfiguration configuration) => services
        .AddHosting(configuration)
        .AddOverload(configuration)
        .AddThrottling(configuration)
        .AddProviders(configuration)
        .AddOpenId(configuration)
        .AddSts(configuration)
        .AddTelemetryOptions(configuration);

    private PostgresConnection? FindPostgres()
    {
        try
        {
            var postgres = Configuration.RequiredPostgres();
            _services.AddStorage(postgres);
            return postgres;
        }
        catch (InvalidOperationException missing) when (missing.Message.StartsWith("ConnectionStrings", StringComparison.Ordinal))
        {
            _faults.Add(missing.Message);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or InvalidOperationException)
        {
            // A password that holds a semicolon is cut in two, and the message would show the half that is taken for a keyword.
            _faults.Add("ConnectionStrings:Postgres or a setting of FederatedIdentity:Postgres cannot be read.");
        }

        return null;
    }

    private (IRedisExamination? Examination, string? Fault) FindRedis()
    {
        try
        {
            return (Services.GetService<IRedisExamination>(), null);
        }
        catch (OptionsValidationException)
        {
            return (null, null); // Told with the other options.
        }
        catch (InvalidOperationException unusable)
        {
            return (null, unusable.Message);
        }
    }

    private void AddRedis()
    {
        try
        {
            _services.AddRedis(Configuration.GetConnectionString("Redis"));
        }
        catch (InvalidOperationException unreadable)
        {
            _faults.Add(unreadable.Message);
        }
    }
}

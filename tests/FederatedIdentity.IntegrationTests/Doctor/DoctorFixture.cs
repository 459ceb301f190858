using FederatedIdentity.IntegrationTests.Keys;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Doctor;

/// <summary>A deployment of one replica that serves at its own issuer, and in which nothing is wrong.</summary>
public sealed class DoctorFixture : IAsyncLifetime
{
    private Deployment? _deployment;

    public string Issuer { get; } = $"http://127.0.0.1:{ServerProcess.FreePort()}";

    internal Deployment Deployment => _deployment!;

    public TestDatabase Database => Deployment.Database;

    public async Task InitializeAsync() =>
        _deployment = await Deployment.StartAsync(1, ("ASPNETCORE_URLS", Issuer), ("FederatedIdentity__Issuer", Issuer));

    public async Task DisposeAsync()
    {
        if (_deployment is not null)
        {
            await _deployment.DisposeAsync();
        }
    }

    /// <summary>The settings of the replica, with others in their place; null takes one out.</summary>
    public Dictionary<string, string?> Settings(params (string Name, string? Value)[] others) => Settings(Database.ConnectionString, others);

    public Dictionary<string, string?> Settings(string postgres, params (string Name, string? Value)[] others)
    {
        var settings = TestServer.Settings(postgres, new Uri(Issuer).Port, Issuer);
        foreach (var (name, value) in others)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>The same database with another session setting, or as another role.</summary>
    public string Postgres(Action<NpgsqlConnectionStringBuilder> change)
    {
        var connection = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        change(connection);
        return connection.ConnectionString;
    }
}

using System.Security.Cryptography;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedIdentity.Tests.Shared;

/// <summary>Settings of a server under test. Replicas of one deployment share them all but the address.</summary>
internal static class TestServer
{
    public const string AccessKeyId = "AKIATESTTESTTESTTEST";

    /// <summary>Fixed, so that a test can look for it where it must not be.</summary>
    public const string SecretAccessKey = "very/secret+access-key-of-the-tests-0123";

    public static string MasterKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static Dictionary<string, string?> Settings(TestDatabase database, int port, string issuer, params OidcPeer[] oidc) =>
        Settings(database.ConnectionString, port, issuer, oidc);

    public static Dictionary<string, string?> Settings(string postgres, int port, string issuer, params OidcPeer[] oidc)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["ConnectionStrings__Postgres"] = postgres,
            ["FederatedIdentity__Issuer"] = issuer,
            ["FederatedIdentity__MasterKey"] = MasterKey,
            ["FederatedIdentity__RateLimits__Enabled"] = "false", // Tests are in a hurry.
            ["FederatedIdentity__Bootstrap__AccessKeyId"] = AccessKeyId,
            ["FederatedIdentity__Bootstrap__SecretAccessKey"] = SecretAccessKey,
        };
        foreach (var provider in oidc)
        {
            Register(settings, provider.Issuer, "client-RS256", "client-ES256");
        }

        return settings;
    }

    /// <summary>Lets the server create one more IAM OIDC provider at start, and fetch its keys from this machine.</summary>
    public static void Register(Dictionary<string, string?> settings, string issuer, params string[] clientIds)
    {
        const string Hosts = "FederatedIdentity__Outbound__AllowedPrivateHosts__";
        var index = settings.Keys.Count(name => name.StartsWith(Hosts, StringComparison.Ordinal));
        settings[$"FederatedIdentity__OpenIdConnectProviders__{index}__Url"] = issuer;
        settings[$"{Hosts}{index}"] = new Uri(issuer).Authority;
        for (var client = 0; client < clientIds.Length; client++)
        {
            settings[$"FederatedIdentity__OpenIdConnectProviders__{index}__ClientIds__{client}"] = clientIds[client];
        }
    }

    /// <summary>
    /// Applies the migrations as the server's own verb does, without the seconds that its process takes to start: tests of the verb are
    /// elsewhere. What it needs besides the connection is left to the verb.
    /// </summary>
    public static async Task MigrateAsync(IReadOnlyDictionary<string, string?> settings)
    {
        if (!settings.Keys.Any(name => name.StartsWith("FederatedIdentity__Postgres__", StringComparison.Ordinal)))
        {
            var connection = PostgresConnection.Find(settings["ConnectionStrings__Postgres"]!);
            await new SchemaMigrator(connection, NullLogger<SchemaMigrator>.Instance).MigrateAsync(default);
            return;
        }

        var (status, log) = await ServerProcess.RunAsync(settings, "migrate");
        Assert.True(status == 0, log);
    }

    public static WireClient Client(ServerProcess server) => new(server.BaseAddress, AccessKeyId, SecretAccessKey);
}

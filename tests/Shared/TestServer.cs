using System.Security.Cryptography;

namespace FederatedIdentity.Tests.Shared;

/// <summary>Settings of a server under test. Replicas of one deployment share them all but the address.</summary>
internal static class TestServer
{
    public const string AccessKeyId = "AKIATESTTESTTESTTEST";

    /// <summary>Fixed, so that a test can look for it where it must not be.</summary>
    public const string SecretAccessKey = "very/secret+access-key-of-the-tests-0123";

    public static string MasterKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static Dictionary<string, string?> Settings(TestDatabase database, int port, string issuer, OidcPeer? oidc = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["ConnectionStrings__Postgres"] = database.ConnectionString,
            ["FederatedIdentity__Issuer"] = issuer,
            ["FederatedIdentity__MasterKey"] = MasterKey,
            ["FederatedIdentity__Bootstrap__AccessKeyId"] = AccessKeyId,
            ["FederatedIdentity__Bootstrap__SecretAccessKey"] = SecretAccessKey,
        };
        if (oidc is not null)
        {
            settings["FederatedIdentity__OpenIdConnectProviders__0__Url"] = oidc.Issuer;
            settings["FederatedIdentity__OpenIdConnectProviders__0__ClientIds__0"] = "client-RS256";
            settings["FederatedIdentity__OpenIdConnectProviders__0__ClientIds__1"] = "client-ES256";
            settings["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = oidc.LoginKey;
        }

        return settings;
    }

    /// <summary>Applies the migrations with the server's own verb.</summary>
    public static async Task MigrateAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var (status, log) = await ServerProcess.RunAsync(settings, "migrate");
        Assert.True(status == 0, log);
    }

    public static WireClient Client(ServerProcess server) => new(server.BaseAddress, AccessKeyId, SecretAccessKey);
}

using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>Settings of the servers that are measured: those of production, but without rate limits unless they are what is measured.</summary>
internal static class Deployment
{
    public const string RateLimits = "FederatedIdentity__RateLimits__Enabled";
    public const string Algorithm = "FederatedIdentity__Tokens__SigningAlgorithm";

    // Settings of the runtime that the server brings along; the ceiling gets them too. The runtime reads them as hexadecimal numbers.
    public static readonly (string Name, string Value)[] Runtime =
        [("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0"), ("DOTNET_TC_CallCountingDelayMs", "A")];

    public static Dictionary<string, string?> Settings(string postgres, BenchIssuer issuer, params (string Name, string? Value)[] more)
    {
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        var settings = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = url,
            ["ConnectionStrings__Postgres"] = postgres,
            ["Logging__LogLevel__Default"] = "Warning",
            ["FederatedIdentity__Issuer"] = "http://127.0.0.1:8080",
            ["FederatedIdentity__MasterKey"] = Convert.ToBase64String(new byte[32]),
            ["FederatedIdentity__Management__Port"] = $"{ServerProcess.FreePort()}",
            ["FederatedIdentity__Management__Address"] = "127.0.0.1",
            [RateLimits] = "false",
            ["FederatedIdentity__Bootstrap__AccessKeyId"] = Replica.AccessKeyId,
            ["FederatedIdentity__Bootstrap__SecretAccessKey"] = Replica.SecretAccessKey,
            ["FederatedIdentity__OpenIdConnectProviders__0__Url"] = issuer.Url,
            ["FederatedIdentity__OpenIdConnectProviders__0__ClientIds__0"] = BenchIssuer.ClientId,
            ["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = new Uri(issuer.Url).Authority,
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>Applies the migrations with the server's own verb.</summary>
    public static async Task MigrateAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var (status, log) = await ServerProcess.RunAsync(Replica.Program, settings, "migrate");
        if (status != 0)
        {
            throw new InvalidOperationException($"The migration failed.\n{log}");
        }
    }
}

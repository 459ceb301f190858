using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>A deployment none of whose secrets is in its environment.</summary>
public sealed class SecretsDirectoryTests : IDisposable
{
    private readonly string _secrets = Directory.CreateTempSubdirectory("secrets-").FullName;

    public void Dispose() => Directory.Delete(_secrets, recursive: true);

    [Fact]
    public async Task The_server_and_its_verbs_find_their_secrets_in_files()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = TestServer.Settings(database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        foreach (var name in settings.Keys.Where(IsSecret).ToArray())
        {
            await File.WriteAllTextAsync(Path.Combine(_secrets, name), settings[name] + "\n");
            settings.Remove(name);
        }

        settings["FederatedIdentity__SecretsDirectory"] = _secrets;

        var (migrated, migration) = await ServerProcess.RunAsync(settings, "migrate");
        Assert.True(migrated == 0, migration);
        await using var server = await ServerProcess.StartAsync(settings);
        using var client = TestServer.Client(server);
        var answer = await client.CallAsync("ListIdentityPools", new { MaxResults = 1 });
        Assert.Equal(200, answer.Status);
        var (status, log) = await ServerProcess.RunAsync(settings, "master-key", "status");
        Assert.True(status == 0, log);
    }

    [Theory]
    [InlineData]
    [InlineData("migrate")]
    [InlineData("keys", "list")]
    public async Task Nothing_begins_without_the_directory(params string[] verb)
    {
        var settings = TestServer.Settings("Host=127.0.0.1;Port=1", ServerProcess.FreePort(), "http://127.0.0.1:8080");
        settings["FederatedIdentity__SecretsDirectory"] = Path.Combine(_secrets, "absent");

        var (status, log) = await ServerProcess.RunAsync(settings, verb);

        Assert.NotEqual(0, status);
        Assert.Contains("FederatedIdentity:SecretsDirectory names", log, StringComparison.Ordinal);
    }

    private static bool IsSecret(string name) =>
        name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || name.StartsWith("FederatedIdentity__Bootstrap__", StringComparison.Ordinal)
        || name == "FederatedIdentity__MasterKey";
}

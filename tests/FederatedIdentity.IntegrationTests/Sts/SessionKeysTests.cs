using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>The keys of session tokens over three replicas: one for all, a new one on order, and an end to what a retired one sealed.</summary>
public sealed class SessionKeysTests
{
    private const int Replicas = 3;

    [Fact]
    public async Task A_new_key_leaves_old_sessions_alone_and_a_retired_key_ends_them_on_every_replica()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = TestServer.Settings(database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        await TestServer.MigrateAsync(settings);
        var servers = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ =>
            ServerProcess.StartAsync(TestServer.Settings(database, ServerProcess.FreePort(), "http://127.0.0.1:8080"))));
        var clients = servers.Select(server => new StsClient(server.BaseAddress)).ToArray();
        try
        {
            var first = Assert.Single(await KeysAsync(settings, "list"));
            var old = TestKey.Of(await clients[0].OkAsync("GetSessionToken", TestKey.Administrator));
            Assert.Equal(Id(first), SealedBy(old));
            await AllAsync(clients, old, 200);

            var second = Assert.Single(await KeysAsync(settings, "rotate"));
            Assert.NotEqual(Id(first), Id(second));
            Assert.Equal([Id(first), Id(second)], (await KeysAsync(settings, "list")).Select(Id));
            await AllAsync(clients, old, 200);

            var retired = Assert.Single(await KeysAsync(settings, "retire", Id(first)));
            Assert.NotNull(retired["RetiredAt"]);
            foreach (var client in clients)
            {
                var refused = await EventuallyAsync(() => client.CallAsync("GetCallerIdentity", old), answer => !answer.Ok);
                AssertRefused(403, "InvalidClientTokenId", refused);
            }

            using (var pools = new WireClient(servers[0].BaseAddress, old.Id, old.Secret, old.Token))
            {
                Assert.Equal("UnrecognizedClientException", (await pools.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Error);
            }

            foreach (var client in clients)
            {
                var fresh = TestKey.Of(await client.OkAsync("GetSessionToken", TestKey.Administrator));
                Assert.Equal(Id(second), SealedBy(fresh));
                await AllAsync(clients, fresh, 200);
            }

            Assert.Equal(1, (await RunAsync(settings, "retire", Id(first))).Status);
            Assert.Equal(1, (await RunAsync(settings, "retire", "0000000000000000")).Status);
            foreach (var misuse in new string[][] { [], ["rotate", "x"], ["retire"], ["delete"] })
            {
                Assert.Equal(2, (await RunAsync(settings, misuse)).Status);
            }
        }
        finally
        {
            foreach (var (client, server) in clients.Zip(servers))
            {
                client.Dispose();
                await server.DisposeAsync();
            }
        }
    }

    private static async Task AllAsync(StsClient[] clients, TestKey key, int status)
    {
        foreach (var client in clients)
        {
            Assert.Equal(status, (await client.CallAsync("GetCallerIdentity", key)).Status);
        }
    }

    private static string SealedBy(TestKey key) => Convert.ToHexStringLower(Convert.FromBase64String(key.Token!).AsSpan(1, 8));

    private static string Id(JsonNode key) => $"{key["Id"]}";

    private static async Task<JsonNode[]> KeysAsync(Dictionary<string, string?> settings, params string[] arguments)
    {
        var (status, output) = await RunAsync(settings, arguments);
        Assert.True(status == 0, output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static Task<(int Status, string Log)> RunAsync(Dictionary<string, string?> settings, params string[] arguments) =>
        ServerProcess.RunAsync(settings, ["session-keys", .. arguments]);
}

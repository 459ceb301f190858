using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Servers with other settings than the one that most tests share: signing algorithms, replicas, an issuer with a path.</summary>
public sealed class ReplicasTests
{
    private static readonly Dictionary<string, string?> NoSettings = [];

    [Theory]
    [InlineData("ES256", "kty,alg,use,kid,crv,x,y")]
    [InlineData("RS256", "kty,alg,use,kid,n,e")]
    public async Task Replicas_that_start_together_publish_the_same_keys_and_a_stranger_verifies_the_tokens_of_both(
        string algorithm, string members)
    {
        await using var database = await TestDatabase.CreateAsync();
        var (port, other) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        var issuer = $"http://127.0.0.1:{port}";
        await TestServer.MigrateAsync(Settings(port));
        var servers = await Task.WhenAll(ServerProcess.StartAsync(Settings(port)), ServerProcess.StartAsync(Settings(other)));
        await using var one = servers[0];
        await using var two = servers[1];
        using var client = TestServer.Client(one);
        using var second = TestServer.Client(two);

        var keys = await client.Http.GetStringAsync(new Uri(one.BaseAddress, "/.well-known/jwks_uri"));
        Assert.Equal(keys, await second.Http.GetStringAsync(new Uri(two.BaseAddress, "/.well-known/jwks_uri")));
        var published = JsonNode.Parse(keys)!["keys"]!.AsArray();
        Assert.Equal(2, published.Count);
        Assert.All(published, key => Assert.Equal(members.Split(','), key!.AsObject().Select(member => member.Key)));
        var pool = await PoolAsync(client);
        foreach (var replica in new[] { client, second })
        {
            var token = await TokenAsync(replica, pool);
            var (status, output, error) = await Peer.RunAsync("verify.mjs", NoSettings, issuer, token, pool);
            Assert.True(status == 0, error);
            Assert.Equal(algorithm, $"{JsonNode.Parse(output)!["header"]!["alg"]}");
        }

        Dictionary<string, string?> Settings(int at)
        {
            var settings = TestServer.Settings(database, at, issuer);
            settings["FederatedIdentity__Tokens__SigningAlgorithm"] = algorithm;
            return settings;
        }
    }

    [Fact]
    public async Task An_issuer_with_a_path_is_served_with_and_without_the_path()
    {
        await using var database = await TestDatabase.CreateAsync();
        var port = ServerProcess.FreePort();
        var issuer = $"http://127.0.0.1:{port}/prefix";
        var settings = TestServer.Settings(database, port, issuer);
        await TestServer.MigrateAsync(settings);
        await using var server = await ServerProcess.StartAsync(settings);
        using var client = TestServer.Client(server);
        var pool = await PoolAsync(client);

        foreach (var path in new[] { "/", "/prefix", "/prefix/" })
        {
            using var request = client.Request("ListIdentityPools", """{"MaxResults":1}"""u8.ToArray());
            request.RequestUri = new Uri(server.BaseAddress, path);
            await Signing.SignAsync(request);
            Answers.IsSuccess(await client.SendAsync(request));
        }

        var (status, _, error) = await Peer.RunAsync("verify.mjs", NoSettings, issuer, await TokenAsync(client, pool), pool);
        Assert.True(status == 0, error);
        var document = await client.Http.GetStringAsync(new Uri($"{issuer}/.well-known/openid-configuration"));
        Assert.Equal(document, await client.Http.GetStringAsync(new Uri(server.BaseAddress, "/.well-known/openid-configuration")));
        Assert.Equal($"{issuer}/.well-known/jwks_uri", $"{JsonNode.Parse(document)!["jwks_uri"]}");
        using var elsewhere = client.Request("GetId", "{}"u8.ToArray());
        elsewhere.RequestUri = new Uri(server.BaseAddress, "/prefixed");
        using var nothing = await client.Http.SendAsync(elsewhere);
        Assert.Equal(404, (int)nothing.StatusCode);
    }

    private static async Task<string> PoolAsync(WireClient client) =>
        (await client.CallAsync(
            "CreateIdentityPool",
            new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = true }))["IdentityPoolId"];

    private static async Task<string> TokenAsync(WireClient client, string pool)
    {
        var guest = (await client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        return (await client.CallAsync("GetOpenIdToken", new { IdentityId = guest }))["Token"];
    }
}

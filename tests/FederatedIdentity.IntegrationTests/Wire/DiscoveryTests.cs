using System.Net;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class DiscoveryTests(ServerFixture server)
{
    private const string Discovery = "/.well-known/openid-configuration";
    private const string Keys = "/.well-known/jwks_uri";

    [Fact]
    public async Task The_discovery_document_says_what_verifiers_need()
    {
        using var answer = await GetAsync(Discovery);

        Assert.Equal(
            $$"""
            {"issuer":"{{server.Issuer}}","jwks_uri":"{{server.Issuer}}/.well-known/jwks_uri","response_types_supported":["id_token"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS512"]}
            """,
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Keys_are_the_same_bytes_under_both_names()
    {
        using var named = await GetAsync(Keys);
        using var alias = await GetAsync("/.well-known/jwks.json");

        Assert.Equal(await named.Content.ReadAsByteArrayAsync(), await alias.Content.ReadAsByteArrayAsync());
        Assert.Equal(named.Headers.ETag, alias.Headers.ETag);
    }

    [Fact]
    public async Task A_key_shows_its_public_members_alone_in_the_services_order()
    {
        using var answer = await GetAsync(Keys);

        var keys = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["keys"]!.AsArray();
        Assert.Equal(["us-east-11", "us-east-12"], keys.Select(key => $"{key!["kid"]}"));
        var key = keys[0]!.AsObject();
        Assert.Equal(["kty", "alg", "use", "kid", "n", "e"], key.Select(member => member.Key));
        Assert.Equal(
            ("RSA", "RS512", "sig", "us-east-11", "AQAB"),
            ($"{key["kty"]}", $"{key["alg"]}", $"{key["use"]}", $"{key["kid"]}", $"{key["e"]}"));
        Assert.Equal(256, System.Buffers.Text.Base64Url.DecodeFromChars($"{key["n"]}").Length);
    }

    [Theory]
    [InlineData(Discovery)]
    [InlineData(Keys)]
    public async Task Documents_may_be_kept_for_an_hour(string path)
    {
        using var answer = await GetAsync(path);

        Assert.Equal("application/json", $"{answer.Content.Headers.ContentType}");
        Assert.Equal((true, TimeSpan.FromHours(1)), (answer.Headers.CacheControl!.Public, answer.Headers.CacheControl.MaxAge));
        Assert.False(answer.Headers.ETag!.IsWeak);
        Assert.NotNull(answer.Headers.Date);
    }

    [Theory]
    [InlineData(Discovery)]
    [InlineData(Keys)]
    public async Task Who_has_a_document_does_not_get_it_again(string path)
    {
        using var first = await GetAsync(path);
        var tag = $"{first.Headers.ETag}";

        foreach (var known in new[] { tag, $"W/{tag}", $"\"other\", {tag}", $"\"a\",W/{tag} , \"b\"", "*" })
        {
            using var answer = await GetAsync(path, known);
            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
            Assert.Equal("", await answer.Content.ReadAsStringAsync());
            Assert.Equal(tag, $"{answer.Headers.ETag}");
            Assert.NotNull(answer.Headers.CacheControl);
        }

        foreach (var unknown in new[] { "\"other\"", "W/\"other\"", "nonsense", tag.Trim('"'), "" })
        {
            using var answer = await GetAsync(path, unknown);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData(Discovery)]
    [InlineData(Keys)]
    [InlineData("/.well-known/jwks.json")]
    public async Task HEAD_answers_the_headers_alone(string path)
    {
        using var full = await GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(server.Server.BaseAddress, path));
        using var answer = await server.Client.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(full.Content.Headers.ContentLength, answer.Content.Headers.ContentLength);
        Assert.Equal(full.Headers.ETag, answer.Headers.ETag);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Server.BaseAddress, path));
        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        }

        return await server.Client.Http.SendAsync(request);
    }
}

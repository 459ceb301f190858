using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>What the unmodified AWS CLI makes of our answers.</summary>
[Collection(nameof(WireTests))]
public sealed class AwsCliTests(ServerFixture server)
{
    [Fact]
    public async Task A_pool_lives_and_dies_on_the_command_line()
    {
        var cli = Cli();
        var created = (await cli.OkAsync(
            "create-identity-pool", "--identity-pool-name", "cli", "--allow-unauthenticated-identities", "--no-allow-classic-flow",
            "--supported-login-providers", "accounts.google.com=app.apps.googleusercontent.com", "--identity-pool-tags", "Team=web")).Json;
        var pool = Text(created, "IdentityPoolId");

        var described = (await cli.OkAsync("describe-identity-pool", "--identity-pool-id", pool)).Json;
        Assert.True(JsonNode.DeepEquals(created, described));
        Assert.False(described["AllowClassicFlow"]!.GetValue<bool>());
        Assert.Equal("web", Text(described["IdentityPoolTags"]!, "Team"));

        var updated = (await cli.OkAsync(
            "update-identity-pool", "--identity-pool-id", pool, "--identity-pool-name", "renamed",
            "--no-allow-unauthenticated-identities")).Json;
        Assert.Equal("renamed", Text(updated, "IdentityPoolName"));
        Assert.Null(updated["SupportedLoginProviders"]);

        Assert.Equal("", (await cli.OkAsync("delete-identity-pool", "--identity-pool-id", pool)).Output);
        await cli.IsRefusedAsync(
            "ResourceNotFoundException", "DeleteIdentityPool", $"IdentityPool '{pool}' not found.",
            "delete-identity-pool", "--identity-pool-id", pool);
    }

    [Fact]
    public async Task Identities_are_made_shown_and_given_tokens_on_the_command_line()
    {
        var cli = Cli();
        var pool = await server.OidcPoolAsync();
        var logins = JsonSerializer.Serialize(await server.LoginAsync("cli"));

        var guest = Text((await cli.OkAsync("get-id", "--identity-pool-id", pool)).Json, "IdentityId");
        var user = Text((await cli.OkAsync("get-id", "--identity-pool-id", pool, "--logins", logins)).Json, "IdentityId");
        var token = (await cli.OkAsync("get-open-id-token", "--identity-id", user, "--logins", logins)).Json;
        var described = (await cli.OkAsync("describe-identity", "--identity-id", user)).Json;
        var listed = (await cli.OkAsync("list-identities", "--identity-pool-id", pool, "--max-results", "60")).Json;

        Assert.Equal(user, Text(token, "IdentityId"));
        Assert.Equal([server.Oidc.LoginKey], described["Logins"]!.AsArray().Select(name => $"{name}"));
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.Parse(Text(described, "CreationDate"), CultureInfo.InvariantCulture);
        Assert.InRange(age.TotalSeconds, -1, 300);
        Assert.Equal(
            new HashSet<string> { guest, user },
            listed["Identities"]!.AsArray().Select(identity => Text(identity!, "IdentityId")).ToHashSet());
    }

    /// <summary>Page by page: the CLI demands --max-results here, and that switches its own paginator off.</summary>
    [Fact]
    public async Task Pools_are_listed_page_after_page()
    {
        var mine = new List<string>();
        for (var count = 0; count < 5; count++)
        {
            mine.Add(await server.PoolAsync(new { }));
        }

        var seen = new List<string>();
        string[] from = [];
        do
        {
            var page = (await Cli().OkAsync("list-identity-pools", ["--max-results", seen.Count == 0 ? "2" : "60", .. from])).Json;
            seen.AddRange(page["IdentityPools"]!.AsArray().Select(pool => Text(pool!, "IdentityPoolId")));
            from = page["NextToken"]?.GetValue<string>() is { } next ? ["--next-token", next] : [];
        }
        while (from is not []);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(mine.Except(seen));
    }

    [Fact]
    public async Task Refusals_are_the_services_sentences_and_exit_status_254()
    {
        var cli = Cli();
        var closed = await server.PoolAsync(new { });

        await cli.IsRefusedAsync(
            "NotAuthorizedException", "GetId", "Unauthenticated access is not supported for this identity pool.",
            "get-id", "--identity-pool-id", closed);
        await cli.IsRefusedAsync(
            "ValidationException", "DescribeIdentity",
            @"1 validation error detected: Value 'nonsense' at 'identityId' failed to satisfy constraint: "
            + @"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
            "describe-identity", "--identity-id", "nonsense");
        await cli.IsRefusedAsync(
            "InvalidParameterException", "ListIdentityPools", "Invalid pagination token.",
            "list-identity-pools", "--max-results", "1", "--next-token", "foreign");
        await new AwsCli(server.Server.BaseAddress) { Secret = "wrong" }.IsRefusedAsync(
            "InvalidSignatureException", "ListIdentityPools",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
            + "method. Consult the service documentation for details.",
            "list-identity-pools", "--max-results", "1");
    }

    private AwsCli Cli() => new(server.Server.BaseAddress);

    private static string Text(JsonNode node, string member) =>
        node[member]?.GetValue<string>() ?? throw new InvalidOperationException($"No {member} in {node.ToJsonString()}");
}

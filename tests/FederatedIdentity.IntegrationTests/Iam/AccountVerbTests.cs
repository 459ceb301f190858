using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

[Collection(nameof(WireTests))]
public sealed class AccountVerbTests(ServerFixture server)
{
    [Fact]
    public async Task An_account_is_created_with_a_key_of_its_root_and_listed()
    {
        var (status, output) = await server.AccountVerbAsync("create", "--name", "Näme \"1\"");
        Assert.True(status == 0, output);
        var created = JsonNode.Parse(output)!;
        Assert.DoesNotContain('\n', output.Trim());
        Assert.Equal(["AccountId", "Name", "AccessKeyId", "SecretAccessKey"], created.AsObject().Select(member => member.Key));
        Assert.Contains($"{created["SecretAccessKey"]}", output, StringComparison.Ordinal); // As it is to be copied.
        using var root = server.IamAs($"{created["AccessKeyId"]}", $"{created["SecretAccessKey"]}");
        Assert.Equal($"arn:aws:iam::{created["AccountId"]}:root", (await root.OkAsync("GetUser")).Value("Arn"));

        var accounts = JsonNode.Parse((await server.AccountVerbAsync("list")).Log)!.AsArray();
        Assert.Contains(
            accounts, account => $"{account!["AccountId"]}" == $"{created["AccountId"]}" && $"{account["Name"]}" == "Näme \"1\"");
        Assert.Contains(accounts, account => $"{account!["AccountId"]}" == Home && account["Name"] is null);
    }

    [Fact]
    public async Task An_account_that_exists_is_not_created_again_but_its_root_may_get_another_key()
    {
        var first = JsonNode.Parse((await server.AccountVerbAsync("create", "123412341234")).Log)!;
        Assert.Equal("123412341234", $"{first["AccountId"]}");

        Assert.Equal((1, "There is an account 123412341234 already."), await server.AccountVerbAsync("create", "123412341234"));
        Assert.Equal((1, "There is no account 000000000001."), await server.AccountVerbAsync("key", "000000000001"));
        var second = JsonNode.Parse((await server.AccountVerbAsync("key", "123412341234")).Log)!;
        using var root = server.IamAs($"{second["AccessKeyId"]}", $"{second["SecretAccessKey"]}");
        Assert.Equal("123412341234", (await root.OkAsync("GetUser")).Value("UserId"));
        Assert.Equal(2, await server.Database.CountAsync("access_key where account_id = '123412341234'"));
    }

    [Theory]
    [InlineData]
    [InlineData("remove")]
    [InlineData("create", "1234")]
    [InlineData("create", "12341234123\u0661")]
    [InlineData("create", "--name")]
    [InlineData("create", "--name", "")]
    [InlineData("key")]
    [InlineData("list", "all")]
    public async Task Anything_else_is_told_the_usage(params string[] arguments)
    {
        var (status, log) = await server.AccountVerbAsync(arguments);
        Assert.Equal(2, status);
        Assert.StartsWith("Usage: federated-identity account create", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FederatedIdentity__MasterKey", "FederatedIdentity:MasterKey or FederatedIdentity:MasterKeyFile is required")]
    [InlineData("ConnectionStrings__Postgres", "ConnectionStrings:Postgres is required")]
    public async Task Without_a_setting_it_says_which(string missing, string message)
    {
        var settings = TestServer.Settings(server.Database, 0, server.Issuer);
        settings[missing] = "";

        var (status, log) = await ServerProcess.RunAsync(settings, "account", "list");

        Assert.Equal(1, status);
        Assert.StartsWith(message, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_without_the_schema_is_sent_to_the_migrate_verb()
    {
        await using var database = await TestDatabase.CreateAsync();

        var (status, log) = await ServerProcess.RunAsync(TestServer.Settings(database, 0, server.Issuer), "account", "create");

        Assert.Equal((1, "The database schema is older than this version needs: run the migrate verb."), (status, log));
    }
}

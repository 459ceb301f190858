using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class TagResourceTests(ServerFixture server)
{
    private const string SettingKeys = "Tag keys that start with federated-identity: are settings: "
        + "federated-identity:rate-limit or federated-identity:guest-retention-days.";

    private const string Rate = "The value of tag federated-identity:rate-limit must be a whole number from 1 to 1000000.";
    private const string Days = "The value of tag federated-identity:guest-retention-days must be a whole number from 1 to 3650.";

    [Fact]
    public async Task Tags_are_added_or_get_new_values_and_others_stay()
    {
        var pool = await server.PoolAsync(new { IdentityPoolTags = new { team = "core", stage = "dev" } });

        var answer = await TagAsync(pool, new() { ["stage"] = "prod", ["cost center"] = "", ["\u00e4/b=c+d-e@f:1.2_3"] = "\u65e5\u672c" });

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
        Assert.Equal(
            new() { ["team"] = "core", ["stage"] = "prod", ["cost center"] = "", ["\u00e4/b=c+d-e@f:1.2_3"] = "\u65e5\u672c" },
            await server.TagsAsync(pool));
    }

    [Fact]
    public async Task Keys_are_told_apart_by_case()
    {
        var pool = await server.PoolAsync(new { });

        await TagAsync(pool, new() { ["Team"] = "1", ["team"] = "2" });

        Assert.Equal(new() { ["Team"] = "1", ["team"] = "2" }, await server.TagsAsync(pool));
    }

    [Fact]
    public async Task Twenty_at_once_all_succeed_and_none_is_lost()
    {
        var pool = await server.PoolAsync(new { });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            TagAsync(pool, new() { [$"k{number}"] = "v", ["shared"] = $"{number}" })));

        Assert.All(answers, answer => Assert.Equal("{}", answer.Text));
        var tags = await server.TagsAsync(pool);
        Assert.Equal(21, tags.Count);
    }

    [Fact]
    public async Task Tagging_and_updating_the_pool_at_once_never_fails_for_the_one_who_tags()
    {
        var pool = await server.PoolAsync(new { IdentityPoolTags = new { a = "0", b = "0" } });
        var tags = Enumerable.Range(0, 15).Select(number => TagAsync(pool, new() { ["a"] = $"{number}", ["b"] = $"{number}" }));
        var untags = Enumerable.Range(0, 15).Select(_ => server.Client.CallAsync(
            "UntagResource", new { ResourceArn = ArnOf(pool), TagKeys = new[] { "b" } }));
        var updates = Enumerable.Range(0, 15).Select(number => server.Client.CallAsync("UpdateIdentityPool", new
        {
            IdentityPoolId = pool,
            IdentityPoolName = "p",
            AllowUnauthenticatedIdentities = false,
            IdentityPoolTags = new { b = $"u{number}", c = $"u{number}" },
        }));

        var (tagging, updating) = (Task.WhenAll(tags.Concat(untags)), Task.WhenAll(updates));

        Assert.All(await tagging, answer => Assert.True(answer.Ok, answer.Text));
        Assert.All(await updating, answer => Assert.True(answer.Ok || answer.Error == "ConcurrentModificationException", answer.Text));
    }

    [Theory]
    [InlineData(50, "")]
    [InlineData(51, "InvalidParameterException")]
    public async Task A_pool_has_at_most_fifty_tags_in_total(int total, string error)
    {
        var pool = await server.PoolAsync(new { IdentityPoolTags = Enumerable.Range(0, 40).ToDictionary(number => $"k{number}", _ => "v") });

        var answer = await TagAsync(pool, Enumerable.Range(30, total - 30).ToDictionary(number => $"k{number}", _ => "w"));

        Assert.Equal(error, answer.Error);
        Assert.Equal(error.Length == 0 ? total : 40, (await server.TagsAsync(pool)).Count);
        if (error.Length > 0)
        {
            Assert.Equal("A maximum of 50 tags is allowed per resource.", answer.Message);
        }
    }

    [Theory]
    [InlineData("aws:team", "v", "Tag keys that start with aws: are reserved for system use.")]
    [InlineData("AWS:team", "v", "Tag keys that start with aws: are reserved for system use.")]
    [InlineData("k!", "v", "Tags may hold letters, digits, spaces and _ . : / = + - @ only.")]
    [InlineData("k", "\0", "Tags may hold letters, digits, spaces and _ . : / = + - @ only.")]
    public async Task What_AWS_does_not_allow_is_refused(string key, string value, string message) => AssertRefused(
        "InvalidParameterException", message, await TagAsync(await server.PoolAsync(new { }), new() { [key] = value }));

    [Theory]
    [InlineData("federated-identity:rate-limit", "0", Rate)]
    [InlineData("federated-identity:guest-retention-days", "3651", Days)]
    [InlineData("federated-identity:guest-retention", "1", SettingKeys)]
    [InlineData("Federated-Identity:rate-limit", "1", SettingKeys)]
    public async Task A_tag_that_is_a_setting_has_to_be_a_valid_one(string key, string value, string message)
    {
        var tags = new Dictionary<string, string> { ["team"] = "blue", [key] = value };
        var pool = await server.PoolAsync(new { });

        AssertRefused("InvalidParameterException", message, await TagAsync(pool, tags));
        AssertRefused("InvalidParameterException", message, await server.Client.CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = false, IdentityPoolTags = tags }));
        AssertRefused("InvalidParameterException", message, await server.Client.CallAsync("UpdateIdentityPool", new
        {
            IdentityPoolId = pool, IdentityPoolName = "p", AllowUnauthenticatedIdentities = false, IdentityPoolTags = tags,
        }));
        Assert.Empty(await server.TagsAsync(pool));
    }

    [Fact]
    public async Task A_tag_that_was_there_before_it_meant_anything_is_in_nobodys_way()
    {
        var pool = await server.PoolAsync(new { });
        await server.Database.ScalarAsync(
            $"insert into identity_pool_tag (pool_id, key, value) values ('{pool}', 'federated-identity:x', '1')");

        Assert.True((await TagAsync(pool, new() { ["team"] = "blue" })).Ok);
        Assert.True((await server.Client.CallAsync("UntagResource", new { ResourceArn = ArnOf(pool), TagKeys = new[] { "team" } })).Ok);

        Assert.Equal(new() { ["federated-identity:x"] = "1" }, await server.TagsAsync(pool));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a-key-of-129")]
    public async Task A_key_has_1_to_128_characters(string key) => Assert.Equal(
        "ValidationException",
        (await TagAsync(await server.PoolAsync(new { }), new() { [key.Length == 0 ? "" : new string('k', 129)] = "v" })).Error);

    private static string ArnOf(string pool) => $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool}";

    private Task<WireAnswer> TagAsync(string pool, Dictionary<string, string> tags) =>
        server.Client.CallAsync("TagResource", new { ResourceArn = ArnOf(pool), Tags = tags });
}

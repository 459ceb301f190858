using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class UntagResourceTests(ServerFixture server)
{
    [Fact]
    public async Task Keys_go_absent_ones_are_ignored_and_again_is_fine()
    {
        var tags = new Dictionary<string, string> { ["team"] = "core", ["Team"] = "other", ["stage"] = "dev" };
        var pool = await server.PoolAsync(new { IdentityPoolTags = tags });

        for (var turn = 0; turn < 2; turn++)
        {
            var answer = await UntagAsync(pool, "team", "missing", "team");
            Assert.Equal((200, "{}"), (answer.Status, answer.Text));
            Assert.Equal(new() { ["Team"] = "other", ["stage"] = "dev" }, await server.TagsAsync(pool));
        }

        Assert.Equal("{}", (await UntagAsync(pool)).Text);
    }

    [Fact]
    public async Task A_key_that_is_no_key_breaks_the_models_constraint() =>
        Assert.Equal("ValidationException", (await UntagAsync(await server.PoolAsync(new { }), "")).Error);

    [Fact]
    public async Task Everything_can_go()
    {
        var pool = await server.PoolAsync(new { IdentityPoolTags = new { a = "1", b = "2" } });

        await UntagAsync(pool, "a", "b");

        Assert.Empty(await server.TagsAsync(pool));
    }

    private Task<WireAnswer> UntagAsync(string pool, params string[] keys) => server.Client.CallAsync(
        "UntagResource", new { ResourceArn = $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool}", TagKeys = keys });
}

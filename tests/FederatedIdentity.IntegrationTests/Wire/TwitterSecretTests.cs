using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>A pool's consumer secret: who reads it, who keeps it by writing back what he read, and how it is stored.</summary>
public sealed class TwitterSecretTests(TwitterFixture twitter) : IClassFixture<TwitterFixture>
{
    private const string Redacted = $"{TwitterFixture.ConsumerKey};REDACTED";

    [Fact]
    public async Task The_root_reads_it_and_a_user_reads_a_placeholder()
    {
        var pool = await twitter.PoolAsync();

        Assert.Equal(twitter.App, Value(await twitter.Root.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool })));
        var shown = await twitter.User.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool });
        Assert.Equal(Redacted, Value(shown));
        Answers.IsSilentAbout(TwitterFixture.ConsumerSecret, shown);
    }

    [Fact]
    public async Task Not_even_what_a_user_wrote_comes_back_in_clear()
    {
        var created = await twitter.User.CallAsync("CreateIdentityPool", TwitterFixture.PoolOf(twitter.App));
        var updated = await twitter.User.CallAsync(
            "UpdateIdentityPool", TwitterFixture.PoolOf("key;another-secret", id: created["IdentityPoolId"]));

        Assert.Equal((Redacted, "key;REDACTED"), (Value(created), Value(updated)));
        Assert.Equal(
            "key;another-secret",
            Value(await twitter.Root.CallAsync("DescribeIdentityPool", new { IdentityPoolId = created["IdentityPoolId"] })));
    }

    [Fact]
    public async Task A_placeholder_that_is_written_back_keeps_the_secret_and_logins_go_on()
    {
        var pool = await twitter.PoolAsync();
        var token = await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "55");
        var id = (await twitter.GetIdAsync(pool, token))["IdentityId"];

        foreach (var client in new[] { twitter.User, twitter.Root })
        {
            Answers.IsSuccess(await client.CallAsync("UpdateIdentityPool", TwitterFixture.PoolOf(Redacted, id: pool)));
        }

        Assert.Equal(twitter.App, Value(await twitter.Root.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool })));
        Assert.Equal(id, (await twitter.GetIdAsync(pool, await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "55")))["IdentityId"]);
    }

    [Theory]
    [InlineData("another-key;REDACTED", "api.twitter.com")]
    [InlineData(Redacted, "www.digits.com")]
    public async Task A_placeholder_for_what_is_not_stored_is_refused(string value, string provider)
    {
        var pool = await twitter.PoolAsync();
        var message = $"No consumer secret of {provider} is stored for this consumer key.";

        WireCalls.AssertRefused(
            "InvalidParameterException", message,
            await twitter.Root.CallAsync("UpdateIdentityPool", TwitterFixture.PoolOf(value, provider, pool)));
        WireCalls.AssertRefused(
            "InvalidParameterException", message,
            await twitter.Root.CallAsync("CreateIdentityPool", TwitterFixture.PoolOf(value, provider)));
        Assert.Equal(twitter.App, Value(await twitter.Root.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool })));
    }

    [Theory]
    [InlineData("key-alone")]
    [InlineData("key;")]
    [InlineData(";secret-alone")]
    [InlineData("a;b;c")]
    public async Task P28_a_value_that_is_no_pair_is_refused_and_not_repeated(string value)
    {
        var pool = await twitter.PoolAsync();
        foreach (var provider in new[] { "api.twitter.com", "www.digits.com" })
        {
            var message = $"The value of {provider} must be a consumer key and a consumer secret, joined by one semicolon.";
            foreach (var operation in new[] { "CreateIdentityPool", "UpdateIdentityPool" })
            {
                var answer = await twitter.Root.CallAsync(operation, TwitterFixture.PoolOf(value, provider, pool));

                WireCalls.AssertRefused("InvalidParameterException", message, answer);
            }
        }
    }

    [Fact]
    public async Task In_the_database_it_is_wrapped()
    {
        var pool = await twitter.PoolAsync();

        var row = (string)(await twitter.Database.ScalarAsync($"select p::text from identity_pool p where id = '{pool}'"))!;

        Assert.Contains($"{TwitterFixture.ConsumerKey};wrapped:", row, StringComparison.Ordinal);
        Assert.DoesNotContain(TwitterFixture.ConsumerSecret, row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_stored_in_clear_works_is_hidden_and_is_wrapped_by_the_next_update()
    {
        var pool = await twitter.PoolAsync();
        await twitter.Database.ScalarAsync(
            $$"""update identity_pool set supported_login_providers = '{"api.twitter.com": "{{twitter.App}}"}' where id = '{{pool}}'""");

        Answers.IsSuccess(await twitter.GetIdAsync(pool, await twitter.Stub.TokenAsync(TwitterFixture.ConsumerKey, "66")));
        Assert.Equal(Redacted, Value(await twitter.User.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool })));
        Answers.IsSuccess(await twitter.User.CallAsync("UpdateIdentityPool", TwitterFixture.PoolOf(Redacted, id: pool)));

        Assert.Equal(0, await twitter.Database.CountAsync(
            $"identity_pool where id = '{pool}' and supported_login_providers::text like '%{TwitterFixture.ConsumerSecret}%'"));
        Assert.Equal(twitter.App, Value(await twitter.Root.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool })));
    }

    [Fact]
    public async Task An_update_that_leaves_the_provider_out_forgets_it()
    {
        var pool = await twitter.PoolAsync();

        Answers.IsSuccess(await twitter.User.CallAsync(
            "UpdateIdentityPool", new { IdentityPoolId = pool, IdentityPoolName = "p", AllowUnauthenticatedIdentities = true }));

        Assert.Equal(
            "{}", await twitter.Database.ScalarAsync($"select supported_login_providers::text from identity_pool where id = '{pool}'"));
    }

    private static string Value(WireAnswer answer) =>
        Answers.IsSuccess(answer).Body["SupportedLoginProviders"]!.AsObject().Single().Value!.GetValue<string>();
}

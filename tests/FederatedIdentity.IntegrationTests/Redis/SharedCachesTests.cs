using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>What two real replicas ask of providers when they share a real Redis.</summary>
public sealed class SharedCachesTests(SharingFixture replicas) : IClassFixture<SharingFixture>, IAsyncLifetime
{
    private const string Key = "www.amazon.com";

    private string _pool = "";

    public async Task InitializeAsync()
    {
        _pool = await replicas.PoolAsync();
        await replicas.Amazon.ControlAsync("reset");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_opaque_token_is_asked_about_once()
    {
        var token = await TokenAsync("amzn1.account.ONCE");

        var first = Answers.IsSuccess(await GetIdAsync(replicas.One, Key, token))["IdentityId"];
        var second = Answers.IsSuccess(await GetIdAsync(replicas.Two, Key, token))["IdentityId"];

        Assert.Equal(first, second);
        Assert.Equal(["tokeninfo", "profile"], await replicas.Amazon.CallsAsync());
    }

    [Fact]
    public async Task Many_requests_with_one_token_at_both_replicas_cause_one_question()
    {
        var token = await TokenAsync("amzn1.account.MANY");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => GetIdAsync(i % 2 == 0 ? replicas.One : replicas.Two, Key, token)));

        Assert.Single(answers.Select(answer => Answers.IsSuccess(answer)["IdentityId"]).Distinct());
        Assert.Equal(["tokeninfo", "profile"], await replicas.Amazon.CallsAsync());
    }

    [Fact]
    public async Task A_refusal_is_one_question_and_the_same_answer_everywhere()
    {
        var token = $"Atza|nobody-{Guid.NewGuid():n}";

        var answers = new[] { await GetIdAsync(replicas.One, Key, token), await GetIdAsync(replicas.Two, Key, token) };

        Assert.All(answers, answer => Assert.Contains("Invalid login token.", answer.Text, StringComparison.Ordinal));
        Assert.Equal(answers[0].Text, answers[1].Text);
        Assert.Equal(["tokeninfo"], await replicas.Amazon.CallsAsync());
    }

    [Fact]
    public async Task An_outage_is_not_shared()
    {
        var token = await TokenAsync("amzn1.account.OUTAGE");
        await replicas.Amazon.ControlAsync("faults", new { path = "tokeninfo", status = 500, body = "{}", times = 1 });

        Assert.Contains("ExternalServiceException", (await GetIdAsync(replicas.One, Key, token)).Text, StringComparison.Ordinal);
        Answers.IsSuccess(await GetIdAsync(replicas.Two, Key, token));
        Answers.IsSuccess(await GetIdAsync(replicas.One, Key, token));
        Assert.Equal(["tokeninfo", "tokeninfo", "profile"], await replicas.Amazon.CallsAsync());
    }

    [Fact]
    public async Task The_keys_of_an_issuer_are_fetched_once()
    {
        var logins = Enumerable.Range(0, 20).Select(i => GetIdAsync(
            i % 2 == 0 ? replicas.One : replicas.Two, replicas.Issuer.LoginKey, replicas.Issuer.Token($"user-{i}", "client-1")));

        Assert.All(await Task.WhenAll(logins), answer => Answers.IsSuccess(answer));

        Assert.Equal(1, replicas.Issuer.KeyRequests);
    }

    private async Task<string> TokenAsync(string user)
    {
        var token = $"Atza|{Guid.NewGuid():n}";
        await replicas.Amazon.ControlAsync("tokens", new { token, client = SharingFixture.AmazonClient, app = "amzn1.application.a", user });
        return token;
    }

    private Task<WireAnswer> GetIdAsync(WireClient replica, string key, string token) =>
        replica.CallAsync("GetId", new { IdentityPoolId = _pool, Logins = new Dictionary<string, string> { [key] = token } });
}

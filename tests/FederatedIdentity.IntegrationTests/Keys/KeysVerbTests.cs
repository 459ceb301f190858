using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.IntegrationTests.Sts;

namespace FederatedIdentity.IntegrationTests.Keys;

/// <summary>Keys by command over three replicas: rotated in time or at once, and taken away in an emergency.</summary>
public sealed class KeysVerbTests : IAsyncLifetime
{
    private const int Replicas = 3;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>What the documentation promises, and nothing for a busy machine: it is a bound.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(30);

    private Deployment _deployment = null!;

    public async Task InitializeAsync() => _deployment = await Deployment.StartAsync(Replicas);

    public async Task DisposeAsync() => await _deployment.DisposeAsync();

    [Fact]
    public async Task A_key_can_be_retired_in_an_emergency_without_an_error()
    {
        var stolen = await _deployment.TokenAsync(0);
        Assert.Equal("us-east-11", Deployment.KidOf(stolen));
        Assert.Equal(["us-east-11", "us-east-12"], await _deployment.PublishedAsync(0));
        using var learned = JoseClient.Start(Deployment.Issuer, _deployment.Replicas[0].Server.BaseAddress, Hour);
        Assert.Equal(("us-east-11", null), await learned.VerifyAsync(stolen));
        using var done = new CancellationTokenSource();
        var issuing = IssueAsync(done.Token);

        await _deployment.Database.ScalarAsync("update signing_key set created_at = created_at - interval '2 hours'");
        var retired = await _deployment.VerbAsync("keys", "retire", "us-east-11");
        Assert.True(retired.Status == 0, retired.Log);
        Assert.Contains("Key us-east-12 signs now; verifiers know it.", retired.Log, StringComparison.Ordinal);
        var since = Stopwatch.GetTimestamp();
        for (var replica = 0; replica < Replicas; replica++)
        {
            await StsCalls.EventuallyAsync(() => PublishedAsync(replica), kids => kids == "us-east-12 us-east-13");
            await StsCalls.EventuallyAsync(() => _deployment.AssumeAsync(replica, stolen), answer => answer.Error == "InvalidIdentityToken");
        }

        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Notice);
        await done.CancelAsync();
        Assert.True(await issuing > 0);

        for (var replica = 0; replica < Replicas; replica++)
        {
            var token = await _deployment.TokenAsync(replica);
            Assert.Equal("us-east-12", Deployment.KidOf(token));
            Assert.True((await _deployment.AssumeAsync((replica + 1) % Replicas, token)).Ok);
            Assert.Equal(("us-east-12", null), await learned.VerifyAsync(token)); // From its copy of before the emergency.
        }

        using var fresh = JoseClient.Start(Deployment.Issuer, _deployment.Replicas[1].Server.BaseAddress, Hour);
        Assert.Contains("ERR_JWKS_NO_MATCHING_KEY", (await fresh.VerifyAsync(stolen)).Error, StringComparison.Ordinal);
        Assert.Equal(1, (await _deployment.VerbAsync("keys", "retire", "us-east-11")).Status);
        Assert.Contains(
            "Key us-east-13 signs now. It is so new", (await _deployment.VerbAsync("keys", "retire", "us-east-12")).Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_rotate_by_command_when_verifiers_have_had_time_or_when_they_are_given_none()
    {
        var keys = await _deployment.LinesAsync("keys", "list");
        Assert.Equal(["us-east-11 RS512 current", "us-east-12 RS512 next"], keys.Select(key => $"{key["Kid"]} {key["Algorithm"]} {key["State"]}"));
        Assert.Equal(Time(keys[1]["CreatedAt"]!) + TimeSpan.FromHours(2), Time(keys[1]["ReadyAt"]!));
        Assert.Equal(Time(keys[0]["ActivatedAt"]!) + TimeSpan.FromDays(90), Time(keys[0]["RotatesAt"]!));

        var early = await _deployment.VerbAsync("keys", "rotate");
        Assert.True(early.Status == 0, early.Log);
        Assert.Contains("Key us-east-12 signs from", early.Log, StringComparison.Ordinal);
        Assert.Equal("us-east-11", Deployment.KidOf(await _deployment.TokenAsync(0)));
        var ordered = await _deployment.LinesAsync("keys", "list");
        Assert.Equal(Time(ordered[1]["ReadyAt"]!), Time(ordered[0]["RotatesAt"]!));

        await _deployment.Database.ScalarAsync("update signing_key set created_at = created_at - interval '2 hours'");
        await SignsEverywhereAsync("us-east-12");
        var rotated = await _deployment.LinesAsync("keys", "list");
        Assert.Equal(["us-east-11 retired", "us-east-12 current", "us-east-13 next"], rotated.Select(key => $"{key["Kid"]} {key["State"]}"));
        Assert.Equal(Time(rotated[0]["RetiredAt"]!) + TimeSpan.FromHours(26), Time(rotated[0]["RemovableAt"]!));

        var hurried = await _deployment.LinesAsync("keys", "rotate", "--now");
        Assert.Equal("us-east-13", $"{hurried.Single(key => $"{key["State"]}" == "current")["Kid"]}");
        await SignsEverywhereAsync("us-east-13");

        await _deployment.Database.ScalarAsync("update signing_key set created_at = created_at - interval '2 hours'");
        var atOnce = await _deployment.LinesAsync("keys", "rotate");
        Assert.Equal("us-east-14", $"{atOnce.Single(key => $"{key["State"]}" == "current")["Kid"]}");

        foreach (var misuse in new string[][] { [], ["rotate", "x"], ["retire"], ["delete"], ["list", "x"] })
        {
            Assert.Equal(2, (await _deployment.VerbAsync(["keys", .. misuse])).Status);
        }

        Assert.Equal(1, (await _deployment.VerbAsync("keys", "retire", "us-east-199")).Status);
    }

    [Fact]
    public async Task Another_algorithm_is_published_first_and_signs_later()
    {
        _deployment.Set("FederatedIdentity__Tokens__SigningAlgorithm", "ES256");
        await _deployment.RestartAsync(0);

        for (var replica = 0; replica < Replicas; replica++)
        {
            await StsCalls.EventuallyAsync(() => PublishedAsync(replica), kids => kids == "us-east-11 us-east-12 us-east-13");
            Assert.Equal("us-east-11", Deployment.KidOf(await _deployment.TokenAsync(replica)));
            var discovery = await _deployment.Replicas[replica].Api.Http.GetStringAsync(
                new Uri("/.well-known/openid-configuration", UriKind.Relative));
            Assert.Contains("\"id_token_signing_alg_values_supported\":[\"RS512\",\"ES256\"]", discovery, StringComparison.Ordinal);
        }

        await _deployment.Database.ScalarAsync("update signing_key set created_at = created_at - interval '2 hours'");
        await SignsEverywhereAsync("us-east-13");

        Assert.Equal(["us-east-11", "us-east-13", "us-east-14"], await _deployment.PublishedAsync(1));
    }

    private async Task SignsEverywhereAsync(string kid)
    {
        for (var replica = 0; replica < Replicas; replica++)
        {
            await StsCalls.EventuallyAsync(async () => Deployment.KidOf(await _deployment.TokenAsync(replica)), signing => signing == kid);
        }
    }

    /// <summary>How many tokens were issued, none of them in vain.</summary>
    private async Task<int> IssueAsync(CancellationToken until)
    {
        var issued = 0;
        while (!until.IsCancellationRequested)
        {
            await _deployment.TokenAsync(issued++ % Replicas);
        }

        return issued;
    }

    private async Task<string> PublishedAsync(int replica) => string.Join(' ', await _deployment.PublishedAsync(replica));

    private static DateTimeOffset Time(System.Text.Json.Nodes.JsonNode node) => DateTimeOffset.Parse($"{node}", CultureInfo.InvariantCulture);
}

using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Several replicas that share the keys of one issuer, as tokens and the issuer see them.</summary>
public sealed partial class SharedKeysTests : IAsyncLifetime
{
    private static readonly TimeSpan PastTheCoolDown = TimeSpan.FromSeconds(31);

    private readonly List<ProviderRig> _replicas = [];
    private readonly MintKey _old = MintKey.Rsa();
    private readonly MintKey _new = MintKey.OtherRsa();
    private readonly MintKey _newest = MintKey.OtherRsa("k3");

    private ProviderRig One => _replicas[0];

    private ProviderRig Two => _replicas[1];

    public async Task InitializeAsync()
    {
        _replicas.Add(await ProviderRig.StartAsync());
        One.Shared.IsAway = false;
        _replicas.AddRange(Enumerable.Range(0, 9).Select(_ => One.Replica()));
    }

    public async Task DisposeAsync()
    {
        foreach (var replica in Enumerable.Reverse(_replicas))
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Ten_replicas_one_after_the_other_fetch_once()
    {
        foreach (var replica in _replicas)
        {
            await AcceptsAsync(replica, _old);
        }

        Assert.Equal((1, 2), (One.Stub.KeyRequests, One.Stub.Requests));
        await AcceptsAsync(Two, _old);
        Assert.Equal(["oidc miss"], One.Metrics.Of("key_sets.lookups"));
        Assert.Equal(["oidc hit", "oidc shared"], Two.Metrics.Of("key_sets.lookups"));
    }

    [Fact]
    public async Task Ten_replicas_at_once_fetch_once_and_wait_for_the_one_who_does()
    {
        var gate = new TaskCompletionSource();
        var serve = One.Stub.Keys;
        One.Stub.Keys = async context =>
        {
            await gate.Task;
            await serve(context);
        };
        var first = VerifyAsync(One, _old);
        await UntilAsync(() => One.Stub.KeyRequests == 1);
        var others = _replicas.Skip(1).SelectMany(replica => new[] { VerifyAsync(replica, _old), VerifyAsync(replica, _old) }).ToList();
        await UntilAsync(() => One.Shared.Questions >= 2 + (9 * 2));

        gate.SetResult();

        Assert.IsType<LoginVerdict.Verified>(await first);
        Assert.All(await Task.WhenAll(others), verdict => Assert.IsType<LoginVerdict.Verified>(verdict));
        Assert.Equal((1, 2), (One.Stub.KeyRequests, One.Stub.Requests));
        Assert.Equal(["oidc awaited", "oidc joined"], Two.Metrics.Of("key_sets.lookups"));
    }

    [Fact]
    public async Task A_rotation_is_noticed_by_every_replica_at_once_and_costs_one_fetch()
    {
        await AllAcceptAsync(_old);
        One.Stub.Published = [_old.Jwk(), _new.Jwk()];
        One.Clock.Advance(PastTheCoolDown);

        await AllAcceptAsync(_new);
        Assert.Equal((2, 3), (One.Stub.KeyRequests, One.Stub.Requests));

        // Long after, when nobody remembers that it was fetched just now.
        One.Stub.Published = [_new.Jwk(), _newest.Jwk()];
        One.Clock.Advance(PastTheCoolDown);
        await AcceptsAsync(One, _newest);
        One.Clock.Advance(PastTheCoolDown * 2);
        await AllAcceptAsync(_newest);
        Assert.Equal((3, 4), (One.Stub.KeyRequests, One.Stub.Requests));
    }

    [Fact]
    public async Task A_key_newer_than_what_the_others_have_is_accepted_at_once()
    {
        await AllAcceptAsync(_old);
        One.Clock.Advance(PastTheCoolDown);
        One.Stub.Published = [_new.Jwk()];
        await AcceptsAsync(One, _new);
        One.Clock.Advance(PastTheCoolDown);
        One.Stub.Published = [_newest.Jwk()];

        await AcceptsAsync(Two, _newest);

        Assert.Equal(3, One.Stub.KeyRequests);
    }

    [Fact]
    public async Task Junk_at_all_replicas_causes_one_fetch_in_a_cool_down()
    {
        await AllAcceptAsync(_old);
        for (var round = 1; round <= 3; round++)
        {
            One.Clock.Advance(PastTheCoolDown);
            await Parallel.ForAsync(0, 200, async (i, _) => await RefusesAsync(_replicas[i % 10], MintKey.OtherRsa($"junk-{round}-{i}")));
            Assert.Equal(1 + round, One.Stub.KeyRequests);
        }
    }

    [Fact]
    public async Task Junk_only_delays_the_new_key()
    {
        await AllAcceptAsync(_old);
        One.Clock.Advance(PastTheCoolDown);
        await RefusesAsync(One, MintKey.OtherRsa("junk"));
        One.Stub.Published = [_new.Jwk()];

        await RefusesAsync(Two, _new);
        One.Clock.Advance(PastTheCoolDown);
        await AcceptsAsync(Two, _new);
        await AcceptsAsync(One, _new);
        Assert.Equal(3, One.Stub.KeyRequests);
    }

    [Fact]
    public async Task Junk_asks_the_shared_memory_no_more_than_the_issuer()
    {
        await AllAcceptAsync(_old);
        var before = One.Shared.Questions;

        for (var i = 0; i < 200; i++)
        {
            await RefusesAsync(_replicas[i % 10], MintKey.OtherRsa($"junk-{i}"));
        }

        Assert.Equal(before, One.Shared.Questions);
    }

    [Fact]
    public async Task An_old_set_is_replaced_by_one_replica_for_all()
    {
        await AllAcceptAsync(_old);
        One.Stub.Published = [_new.Jwk()];
        One.Clock.Advance(TimeSpan.FromMinutes(61));

        await Parallel.ForEachAsync(_replicas, async (replica, _) => await RefusesAsync(replica, _old));
        await AllAcceptAsync(_new);

        Assert.Equal(2, One.Stub.KeyRequests);
    }

    [Fact]
    public async Task A_set_near_its_end_is_not_taken_over()
    {
        await AcceptsAsync(One, _old);
        One.Stub.Published = [_new.Jwk()];
        One.Clock.Advance(TimeSpan.FromMinutes(44));
        await AcceptsAsync(Two, _old);
        One.Clock.Advance(TimeSpan.FromMinutes(1));

        await AcceptsAsync(_replicas[2], _new);
        Assert.Equal(2, One.Stub.KeyRequests);
    }

    [Fact]
    public async Task The_age_of_a_set_travels_with_it()
    {
        await AcceptsAsync(One, _old);
        One.Clock.Advance(TimeSpan.FromMinutes(44));
        await AcceptsAsync(Two, _old);
        One.Stub.Published = [_new.Jwk()];
        One.Clock.Advance(TimeSpan.FromMinutes(17));

        await RefusesAsync(Two, _old);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private async Task AllAcceptAsync(MintKey key)
    {
        foreach (var replica in _replicas)
        {
            await AcceptsAsync(replica, key);
        }
    }

    private async Task AcceptsAsync(ProviderRig replica, MintKey key, string? thumbprint = null) =>
        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(replica, key, thumbprint));

    private async Task RefusesAsync(ProviderRig replica, MintKey key) =>
        Assert.Equal(LoginSentences.Unverified, Assert.IsType<LoginVerdict.Rejected>(await VerifyAsync(replica, key)).Sentence);

    private Task<LoginVerdict> VerifyAsync(ProviderRig replica, MintKey key, string? thumbprint = null)
    {
        var provider = new OpenIdConnectProvider("arn:aws:iam::1:oidc-provider/stub", One.Stub.Url, ["client-1"])
        {
            Thumbprints = thumbprint is null ? [] : [thumbprint],
        };
        var claims = new JsonObject
        {
            ["iss"] = One.Stub.Url,
            ["sub"] = "user-1",
            ["aud"] = "client-1",
            ["iat"] = One.Clock.Now - (2 * 3600), // Good for clocks that are an hour off.
            ["exp"] = One.Clock.Now + (2 * 3600),
        };
        return replica.Oidc.VerifyAsync(provider.LoginKey, new(key.Token(claims)), ProviderRig.PoolOf(oidc: [provider]), default).AsTask();
    }
}

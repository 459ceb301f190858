using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;
using Microsoft.AspNetCore.Http;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Issuers that are down, memories that lie, clocks that are wrong, and replicas that die.</summary>
public sealed partial class SharedKeysTests
{
    [Fact]
    public async Task A_replica_that_starts_while_the_issuer_is_down_has_the_last_good_keys_for_a_day()
    {
        await AcceptsAsync(One, _old);
        (One.Stub.Keys, One.Stub.Discovery) = (Down, Down);

        One.Clock.Advance(TimeSpan.FromHours(23));
        await AcceptsAsync(Two, _old);
        One.Clock.Advance(TimeSpan.FromMinutes(59));
        await AcceptsAsync(_replicas[2], _old);
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(_replicas[2], _new)); // It may be new.
        One.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.All(
            await Task.WhenAll(_replicas.Select(replica => VerifyAsync(replica, _old))), verdict => Assert.IsType<LoginVerdict.Unreachable>(verdict));
    }

    [Fact]
    public async Task A_replica_that_cannot_reach_the_issuer_learns_a_rotation_from_the_others()
    {
        await AllAcceptAsync(_old);
        One.Clock.Advance(PastTheCoolDown);
        One.Stub.Published = [_new.Jwk()];
        await AcceptsAsync(One, _new);
        (One.Stub.Keys, One.Stub.Discovery) = (Down, Down);

        await AcceptsAsync(Two, _new);
    }

    [Fact]
    public async Task An_outage_that_one_replica_met_is_not_the_others()
    {
        var serve = One.Stub.Keys;
        One.Stub.Keys = Down;
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(One, _old));
        Assert.Empty(One.Shared.Values);

        One.Stub.Keys = serve;
        await AcceptsAsync(Two, _old);
        Assert.Equal(4, One.Shared.Questions); // It did not wait for a turn that nobody has.
        One.Clock.Advance(TimeSpan.FromSeconds(6));
        await AcceptsAsync(One, _old);
        Assert.Equal(2, One.Stub.KeyRequests);
    }

    [Fact]
    public async Task An_older_set_of_the_others_never_replaces_ones_own()
    {
        await AllAcceptAsync(_old);
        var before = One.Shared.Values.ToList();
        One.Clock.Advance(TimeSpan.FromSeconds(35));
        One.Stub.Published = [_new.Jwk()];
        await AllAcceptAsync(_new);

        before.ForEach(entry => One.Shared.Plant(entry.Key, entry.Value, TimeSpan.FromDays(1)));
        await RefusesAsync(One, _old);
        One.Clock.Advance(PastTheCoolDown);
        await RefusesAsync(One, _old);
        One.Clock.Advance(TimeSpan.FromMinutes(46));
        await RefusesAsync(Two, _old);
        await AcceptsAsync(Two, _new);
        (One.Stub.Keys, One.Stub.Discovery) = (Down, Down);
        before.ForEach(entry => One.Shared.Plant(entry.Key, entry.Value, TimeSpan.FromDays(1)));
        One.Clock.Advance(TimeSpan.FromHours(2));
        await AcceptsAsync(Two, _new);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AA")]
    [InlineData("AQ")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("!")]
    public async Task What_nobody_can_have_written_is_a_miss_and_is_replaced(string junk)
    {
        await AcceptsAsync(One, _old);
        foreach (var (name, value) in One.Shared.Values)
        {
            var planted = junk == "!" ? value[..^1] : Encoding.ASCII.GetBytes(junk);
            One.Shared.Plant(name, planted, TimeSpan.FromDays(1));
        }

        await AcceptsAsync(Two, _old);
        await AcceptsAsync(_replicas[2], _old);
        Assert.Equal(2, One.Stub.KeyRequests);
    }

    [Fact]
    public async Task Sources_that_differ_in_anything_share_nothing()
    {
        await AcceptsAsync(One, _old);
        var source = KeySource.Discovery("oidc", KeySource.WellKnown(One.Stub.Url), One.Stub.Url, []);
        KeySource[] all =
        [
            source,
            source with { Kind = "google" },
            source with { KeyHosts = ["keys.example.net"] },
            source with { KeyHosts = ["keys.example.net", "b"] },
            source with { Url = source.Url + "?" },
            source with { Issuer = source.Issuer + "/" },
            source with { Issuer = null },
            source with { Issuer = "" },
            source with { Thumbprints = Thumbprints.Of([new string('a', 40)]) },
            source with { Thumbprints = Thumbprints.Of([new string('a', 40), new string('b', 40)]) },
            source with { KeyHosts = ["thumbprint " + new string('A', 40)] },
        ];

        Assert.Distinct(all.Select(one => HashedParts.Hex(one.Parts)));
        Assert.Equal(
            HashedParts.Hex(all[9].Parts),
            HashedParts.Hex((source with { Thumbprints = Thumbprints.Of([new string('B', 40), new string('A', 40)]) }).Parts));
        await AcceptsAsync(Two, _old, new string('a', 40)); // Another registration's trust: its keys are fetched by its own rules.
        Assert.Equal(2, One.Stub.KeyRequests);
        Assert.All(One.Shared.Values.Keys, name => Assert.Matches("^key-set-1:(recent|last):[0-9a-f]{64}$", name));
    }

    [Fact]
    public async Task A_set_too_large_to_share_is_fetched_by_each_without_waiting()
    {
        One.Stub.Published = [_old.Jwk(), .. Enumerable.Range(0, 1000).Select(i => new JsonObject { ["kty"] = "oct", ["k"] = new string('A', 64) })];

        await AcceptsAsync(One, _old);
        await AcceptsAsync(Two, _old);

        Assert.Equal((2, 4), (One.Stub.KeyRequests, One.Shared.Questions));
    }

    [Fact]
    public async Task A_replica_that_died_with_the_turn_stops_nobody()
    {
        await AcceptsAsync(One, _old);
        var recent = One.Shared.Values.Keys.Single(name => name.Contains("recent", StringComparison.Ordinal));
        One.Clock.Advance(PastTheCoolDown);
        await One.Shared.Replica().FindOrLeaseAsync(recent, TimeSpan.FromHours(1), default);
        One.Stub.Published = [_new.Jwk()];

        await AcceptsAsync(Two, _new);
        await AcceptsAsync(One, _new);
        Assert.Equal(2, One.Stub.KeyRequests);
    }

    [Fact]
    public async Task Without_the_shared_memory_each_replica_fetches_for_itself_and_afterwards_they_share_again()
    {
        One.Shared.IsAway = true;
        await AcceptsAsync(One, _old);
        await AcceptsAsync(Two, _old);
        Assert.Equal(2, One.Stub.KeyRequests);

        One.Shared.IsAway = false;
        One.Stub.Published = [_new.Jwk()];
        One.Clock.Advance(PastTheCoolDown);
        await AllAcceptAsync(_new);
        Assert.Equal(3, One.Stub.KeyRequests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_replica_whose_clock_is_wrong_works_by_itself_and_spoils_nothing(int hours)
    {
        var clock = new ManualClock();
        clock.Advance(TimeSpan.FromHours(hours));
        var wrong = One.Replica(clock);
        _replicas.Add(wrong);
        await AcceptsAsync(One, _old);
        await AcceptsAsync(wrong, _old);
        One.Stub.Published = [_new.Jwk()];
        One.Clock.Advance(PastTheCoolDown);
        clock.Advance(PastTheCoolDown);

        await AcceptsAsync(wrong, _new);
        await AcceptsAsync(One, _new);
        await AcceptsAsync(Two, _new);
        One.Clock.Advance(PastTheCoolDown);
        clock.Advance(PastTheCoolDown);
        One.Stub.Published = [_newest.Jwk()];
        await AcceptsAsync(One, _newest);
        await AcceptsAsync(wrong, _newest);
        await RefusesAsync(wrong, _old);
        await RefusesAsync(Two, _old);
    }

    private static Task Down(HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }
}

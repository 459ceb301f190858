using System.Text;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.IntegrationTests.Storage;
using FederatedIdentity.Storage.Redis;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>The shared cache in a real Redis, whoever else may write there.</summary>
public sealed class RedisTokenCacheTests : IAsyncLifetime
{
    private const string Name = "federated-identity:cache:k";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Value = Encoding.UTF8.GetBytes("what the provider said");

    private RedisProcess _redis = null!;
    private RedisAdmin _admin = null!;
    private Replica _one = null!;
    private Replica _other = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisProcess.StartAsync();
        _admin = await RedisAdmin.ConnectAsync(_redis);
        _one = await Replica.StartAsync(_redis.ConnectionString);
        _other = await Replica.StartAsync(_redis.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        _admin.Dispose();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task What_one_replica_finds_out_the_others_find()
    {
        Assert.IsType<SharedLookup.Yours>(await AskAsync(_one));
        Assert.IsType<SharedLookup.Awaited>(await AskAsync(_other));
        Assert.Null(await _other.Cache.FindAsync("k", default));

        _one.Cache.Keep("k", Value, Minute);

        await Until.TrueAsync(async () => await _other.Cache.FindAsync("k", default) is not null);
        Assert.Equal(Value, Assert.IsType<SharedLookup.Found>(await AskAsync(_other)).Value);
        Assert.True(_other.Count("federated_identity.redis.cache.lookups hit") >= 2);
        Assert.Equal(1, _one.Count("federated_identity.redis.cache.lookups miss"));
        Assert.True(_other.Count("federated_identity.redis.cache.lookups leased") >= 2);
    }

    [Fact]
    public async Task A_turn_is_given_back_by_its_holder_alone()
    {
        Assert.IsType<SharedLookup.Yours>(await AskAsync(_one));

        var sent = await _admin.CallsAsync("evalsha");
        _other.Cache.Release("k");
        await Until.TrueAsync(async () => await _admin.CallsAsync("evalsha") > sent);
        Assert.IsType<SharedLookup.Awaited>(await AskAsync(_other));

        _one.Cache.Release("k");
        await Until.TrueAsync(async () => await AskAsync(_other) is SharedLookup.Yours);
    }

    [Fact]
    public async Task A_turn_that_nobody_gives_back_ends()
    {
        Assert.IsType<SharedLookup.Yours>(await _one.Cache.FindOrLeaseAsync("k", TimeSpan.FromMilliseconds(200), default));

        await Until.TrueAsync(async () => await AskAsync(_other) is SharedLookup.Yours);
    }

    [Fact]
    public async Task Every_key_ends_and_shows_nothing()
    {
        await AskAsync(_one);
        Assert.NotNull(await _admin.Database.KeyTimeToLiveAsync(Name));

        await KeptAsync(Minute);

        Assert.Empty(await _admin.EndlessKeysAsync());
        Assert.InRange((await _admin.Database.KeyTimeToLiveAsync(Name))!.Value, TimeSpan.FromSeconds(1), Minute);
        var stored = (byte[])(await _admin.Database.StringGetAsync(Name))!;
        Assert.True(stored.AsSpan().IndexOf(Value.AsSpan(0, 8)) < 0, "The value is readable.");
    }

    [Fact]
    public async Task No_lifetime_is_too_long_for_Redis()
    {
        await KeptAsync(TimeSpan.MaxValue);

        Assert.InRange((await _admin.Database.KeyTimeToLiveAsync(Name))!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Theory]
    [InlineData("SET", "rubbish")]
    [InlineData("SET", "")]
    [InlineData("SET", "\u0001 begins as a sealed value does, and is as long as one, but nobody with the key has sealed it")]
    [InlineData("RPUSH", "of another type")]
    public async Task A_poisoned_entry_is_a_miss(string command, string value)
    {
        await _admin.Database.ExecuteAsync(command, Name, value);

        Assert.Null(await _one.Cache.FindAsync("k", default));
        Assert.IsType<SharedLookup.Yours>(await AskAsync(_one));
        Assert.Equal(0, _one.Count("federated_identity.redis.commands failed"));
        await KeptAsync(Minute);
    }

    [Fact]
    public async Task A_value_that_was_moved_altered_or_is_too_long_is_a_miss()
    {
        await KeptAsync(Minute);
        var stored = (byte[])(await _admin.Database.StringGetAsync(Name))!;
        await _admin.Database.StringSetAsync("federated-identity:cache:moved", stored, Minute);
        stored[^1] ^= 1;
        await _admin.Database.StringSetAsync(Name, stored, Minute);
        await _admin.Database.StringSetAsync("federated-identity:cache:huge", new byte[4_000_000], Minute);

        Assert.Null(await _one.Cache.FindAsync("moved", default));
        Assert.Null(await _one.Cache.FindAsync("k", default));
        Assert.Null(await _one.Cache.FindAsync("huge", default));
        Assert.Equal(3, _one.Count("federated_identity.redis.cache.lookups unreadable"));
        Assert.IsType<SharedLookup.Yours>(await _one.Cache.FindOrLeaseAsync("huge", Minute, default));
    }

    [Fact]
    public async Task A_value_too_large_to_keep_gives_the_turn_back()
    {
        await AskAsync(_one);

        _one.Cache.Keep("k", new byte[RedisTokenCache.LargestValue + 1], Minute);

        await Until.TrueAsync(async () => await AskAsync(_other) is SharedLookup.Yours);
    }

    [Fact]
    public async Task A_lookup_is_one_command()
    {
        await AskAsync(_one);
        var before = _one.Count("federated_identity.redis.commands ok") + _other.Count("federated_identity.redis.commands ok");
        var sent = await _admin.CallsAsync("evalsha");

        for (var i = 0; i < 25; i++)
        {
            await _one.Cache.FindOrLeaseAsync($"k{i}", Minute, default);
        }

        var counted = _one.Count("federated_identity.redis.commands ok") + _other.Count("federated_identity.redis.commands ok") - before;
        Assert.Equal(counted, await _admin.CallsAsync("evalsha") - sent);
        Assert.InRange(counted, 25, 25 + 6); // Signs of life of two replicas may be among them.
    }

    [Fact]
    public void A_seal_opens_for_its_key_in_its_time_with_its_master_key_alone()
    {
        var clock = new ManualClock();
        var seal = new CacheSeal(Replica.MasterKey, clock);
        var box = seal.Seal("k", Value, Minute);

        Assert.Equal(Value, seal.Open("k", box));
        Assert.Null(seal.Open("l", box));
        Assert.Null(new CacheSeal(new MasterKey([.. Enumerable.Repeat((byte)7, MasterKey.Length)]), clock).Open("k", box));
        for (var i = 0; i < box.Length; i++)
        {
            byte[] altered = [.. box];
            altered[i] ^= 0x10;
            Assert.Null(seal.Open("k", altered));
            Assert.Null(seal.Open("k", box.AsSpan(0, i)));
        }

        clock.Advance(Minute);
        Assert.Null(seal.Open("k", box));
    }

    private static ValueTask<SharedLookup> AskAsync(Replica replica) => replica.Cache.FindOrLeaseAsync("k", Minute, default);

    private async Task KeptAsync(TimeSpan lifetime)
    {
        _one.Cache.Keep("k", Value, lifetime);
        await Until.TrueAsync(async () => await _other.Cache.FindAsync("k", default) is not null);
    }
}

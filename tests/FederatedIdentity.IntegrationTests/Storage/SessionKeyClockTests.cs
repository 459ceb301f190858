using System.Diagnostics.Metrics;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>The keys of session tokens go by the database's clock: a replica whose own clock jumps neither makes nor forgets any.</summary>
public sealed class SessionKeyClockTests : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly MasterKey _masterKey = new(new byte[MasterKey.Length]);

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task A_replica_whose_clock_is_a_year_ahead_neither_makes_nor_forgets_a_key()
    {
        using var ring = Ring(new ManualClock());
        await ring.LoadAsync(default);
        var key = ring.Current;
        var ahead = new ManualClock();
        ahead.Advance(TimeSpan.FromDays(365));

        using var jumped = Ring(ahead);
        await jumped.LoadAsync(default);

        Assert.Equal(key.Id, jumped.Current.Id);
        Assert.Equal([key.Id], await IdsAsync());
    }

    [Fact]
    public async Task A_key_of_a_day_is_followed_by_one_that_seals_a_minute_later()
    {
        var clock = new ManualClock();
        using var ring = Ring(clock);
        await ring.LoadAsync(default);
        var old = ring.Current.Id;
        await _postgres.Db.RunAsync("update session_key set created_at = created_at - interval '1 day'");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            using var other = Ring(clock);
            await other.LoadAsync(default);
        })));
        await ring.LoadAsync(default);

        Assert.Equal(2, (await IdsAsync()).Length);
        Assert.Equal(old, ring.Current.Id);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(old, ring.Current.Id);
        Assert.NotNull(await ring.FindAsync(old, default));
    }

    [Fact]
    public async Task A_key_that_was_retired_is_destroyed_and_replaced()
    {
        using var ring = Ring(new ManualClock());
        await ring.LoadAsync(default);
        var lost = ring.Current.Id;

        Assert.True(await Keys().RetireAsync(lost, default));
        Assert.False(await Keys().RetireAsync(lost, default));
        await ring.LoadAsync(default);

        Assert.NotEqual(lost, ring.Current.Id);
        Assert.Null(await ring.FindAsync(lost, default));
        Assert.Empty((await Keys().ReadAllAsync(default)).Single(key => key.Id == lost).WrappedKey);
    }

    [Fact]
    public async Task Keys_that_no_session_needs_are_forgotten()
    {
        await Keys().RotateAsync(TimeSpan.Zero, NpgsqlSessionKeys.LongestLife, default);
        await _postgres.Db.RunAsync("update session_key set created_at = created_at - interval '73 hours'");

        Assert.True(await Keys().RotateAsync(NpgsqlSessionKeys.LongestUse, NpgsqlSessionKeys.LongestLife, default));
        Assert.False(await Keys().RotateAsync(NpgsqlSessionKeys.LongestUse, NpgsqlSessionKeys.LongestLife, default));

        Assert.Single(await IdsAsync());
    }

    [Fact]
    public async Task A_key_of_a_master_key_that_this_replica_does_not_have_is_left_out()
    {
        using var ring = Ring(new ManualClock());
        await ring.LoadAsync(default);
        var known = ring.Current.Id;
        var stranger = new NpgsqlSessionKeys(_postgres.Db, new MasterKey([.. Enumerable.Repeat((byte)7, MasterKey.Length)]));
        await stranger.RotateAsync(TimeSpan.Zero, NpgsqlSessionKeys.LongestLife, default);

        await ring.LoadAsync(default);

        Assert.Equal(known, ring.Current.Id);
        Assert.Equal(2, (await IdsAsync()).Length);
    }

    private NpgsqlSessionKeys Keys() => new(_postgres.Db, _masterKey);

    private SessionKeyRing Ring(ManualClock clock) => new(
        Keys(), new SessionKeyMetrics(_postgres.Services.GetRequiredService<IMeterFactory>(), clock), clock,
        NullLogger<SessionKeyRing>.Instance);

    private Task<string[]> IdsAsync() => _postgres.Db.LinesAsync("select id from session_key order by created_at");
}

using System.Diagnostics.Metrics;
using FederatedIdentity.Storage.Postgres.Chores;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class HousekeeperTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private readonly ManualClock _clock = new();
    private readonly string _name = $"{Guid.NewGuid()}";

    [Fact]
    public async Task One_of_many_holds_the_lease_and_keeps_it()
    {
        var leases = Enumerable.Range(0, 8).Select(_ => Lease()).ToArray();

        var held = await Task.WhenAll(leases.Select(lease => lease.HoldAsync(default).AsTask()));

        var holder = leases[Array.IndexOf(held, true)];
        Assert.Single(held, true);
        _clock.Advance(HousekeepingLease.Length / 2);
        Assert.True(await holder.HoldAsync(default));
        Assert.Single(await Task.WhenAll(leases.Select(lease => lease.HoldAsync(default).AsTask())), true);
    }

    [Fact]
    public async Task When_the_holder_dies_another_takes_over_once_the_lease_ran_out()
    {
        var (dead, next) = (Lease(), Lease());
        Assert.True(await dead.HoldAsync(default));
        Assert.False(await next.HoldAsync(default));

        await ExpiresAsync("now() - interval '1 second'");
        Assert.True(await next.HoldAsync(default));

        _clock.Advance(HousekeepingLease.Length);
        Assert.False(await dead.HoldAsync(default)); // It was not dead after all, and notices.
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_free_at_once()
    {
        var (first, next) = (Lease(), Lease());
        await first.HoldAsync(default);

        await first.ReleaseAsync(default);

        Assert.True(await next.HoldAsync(default));
        await first.ReleaseAsync(default); // Nothing of somebody else's.
        Assert.False(await first.HoldAsync(default));
    }

    [Fact]
    public async Task A_lease_from_a_clock_that_ran_ahead_keeps_nobody_out()
    {
        await Lease().HoldAsync(default);
        await ExpiresAsync("now() + interval '1 year'");

        Assert.True(await Lease().HoldAsync(default));
    }

    [Theory]
    [InlineData("now() - interval '1 hour'", false)]
    [InlineData("now() - interval '25 hours'", true)]
    [InlineData("now() + interval '1 year'", true)]
    public async Task Days_are_counted_anew_after_a_gap(string expiry, bool anew)
    {
        await Lease().HoldAsync(default);
        await postgres.Db.RunAsync(
            $"update housekeeping set steady_since = now() - interval '9 days', expires_at = {expiry} where name = '{_name}'");

        Assert.True(await Lease().HoldAsync(default));

        Assert.Equal(anew, await postgres.Db.ValueAsync<bool>(
            $"select steady_since > now() - interval '1 hour' from housekeeping where name = '{_name}'"));
    }

    [Fact]
    public async Task Chores_run_when_they_are_due_whatever_becomes_of_the_others()
    {
        var (bad, good, endless) = (new Chore { Fails = true }, new Chore(), new Chore { Finishes = false });
        using var keeper = Keeper(Lease(), bad, good, endless);
        using var other = Keeper(Lease(), bad, good, endless);

        await keeper.RoundAsync(default);
        await other.RoundAsync(default);
        Assert.Equal((1, 1, 1), (bad.Runs, good.Runs, endless.Runs));

        await keeper.RoundAsync(default);
        Assert.Equal((1, 1, 2), (bad.Runs, good.Runs, endless.Runs));

        _clock.Advance(good.Interval);
        await keeper.RoundAsync(default);
        Assert.Equal((2, 2, 3), (bad.Runs, good.Runs, endless.Runs));
    }

    [Fact]
    public async Task Progress_is_measured()
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name.StartsWith("federated_identity.housekeeping", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        var chore = new Chore { Removed = 7, Waiting = 3 };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        using var keeper = Keeper(Lease(), chore);

        await keeper.RoundAsync(default);

        Assert.Equal(7, seen["federated_identity.housekeeping.removed"]);
        Assert.Equal(3, seen["federated_identity.housekeeping.waiting"]);
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeSeconds(), seen["federated_identity.housekeeping.last_run"]);
        Assert.Equal(0, seen["federated_identity.housekeeping.duration"]);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Contains(new KeyValuePair<string, object?>("chore", chore.Name)))
            {
                seen[instrument.Name] = value;
            }
        }
    }

    [Fact]
    public async Task A_replica_that_stops_hands_the_house_on()
    {
        var lease = Lease();
        using (var keeper = Keeper(lease, new Chore()))
        {
            await keeper.StartAsync(default);
            await keeper.RoundAsync(default);
            await keeper.StopAsync(default);
        }

        Assert.True(await Lease().HoldAsync(default));
    }

    private HousekeepingLease Lease() => new(postgres.Db, _clock, _name);

    private Housekeeper Keeper(HousekeepingLease lease, params IChore[] chores) => new(
        lease, chores, new ChoreMetrics(postgres.Services.GetRequiredService<IMeterFactory>()), _clock, NullLogger<Housekeeper>.Instance);

    private Task ExpiresAsync(string expiry) =>
        postgres.Db.RunAsync($"update housekeeping set expires_at = {expiry} where name = '{_name}'");

    private sealed class Chore : IChore
    {
        public string Name { get; } = $"{Guid.NewGuid()}";

        public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

        public int Runs { get; private set; }

        public bool Fails { get; init; }

        public bool Finishes { get; init; } = true;

        public long Removed { get; init; }

        public long Waiting { get; init; }

        public Task<ChoreReport> RunAsync(HousekeepingLease lease, CancellationToken ct)
        {
            Runs++;
            return Fails ? throw new NpgsqlException("away") : Task.FromResult(new ChoreReport(Removed, Waiting, Finishes));
        }
    }
}

using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>The short form of the rehearsal; <c>./dev bench faults</c> is the long one.</summary>
[Collection(nameof(Faults))]
public sealed class RehearsalTests(RehearsalTests.Stand stand, ITestOutputHelper output) : IClassFixture<RehearsalTests.Stand>
{
    // Far above what was measured: a busy machine must not look like a fault.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public Task Nobody_notices_that_a_replica_is_killed() => StandsAsync(ReplicaFaults.Kill);

    [Fact]
    public Task Nobody_notices_a_rolling_restart() => StandsAsync(ReplicaFaults.RollingRestart);

    [Fact]
    public Task Nobody_notices_that_Redis_is_gone() => StandsAsync(RedisFaults.Kill);

    [Fact]
    public Task Nobody_notices_that_Redis_hangs() => StandsAsync(RedisFaults.Hang);

    [Fact]
    public Task Nobody_notices_that_PostgreSQL_is_slow_to_reach() => StandsAsync(PostgresFaults.Latency);

    [Fact]
    public Task A_restart_of_PostgreSQL_loses_nothing() => StandsAsync(PostgresFaults.ImmediateRestart);

    [Fact]
    public Task A_standby_that_takes_over_has_everything() => StandsAsync(PostgresFaults.Promotion);

    [Fact]
    public Task A_restart_of_PgBouncer_loses_nothing() => StandsAsync(PostgresFaults.BouncerRestart);

    [Fact]
    public async Task What_is_lost_or_moved_or_half_written_does_not_escape_the_checker()
    {
        await stand.Rehearsal.RunAsync(Fault.Once("none", _ => Task.CompletedTask), Pace.Short);
        var postgres = stand.Rehearsal.Deployment.Postgres.Primary;
        await postgres.ExecuteAsync("create table kept as select * from login where kind = 0 order by subject limit 2");
        await postgres.ExecuteAsync("delete from login where subject = (select min(subject) from kept)");
        await postgres.ExecuteAsync(
            "update login set identity_id = (select id from identity where state = 0 limit 1) where subject = (select max(subject) from kept)");

        var violations = await stand.Rehearsal.CheckAsync();

        await postgres.ExecuteAsync("delete from login l using kept k where (l.provider, l.subject) = (k.provider, k.subject)");
        await postgres.ExecuteAsync("insert into login select * from kept");
        await postgres.ExecuteAsync("drop table kept");
        output.WriteLine(string.Join('\n', violations));
        Assert.Contains(violations, what => what.Contains("is nobody, and was acknowledged as", StringComparison.Ordinal));
        Assert.Contains(violations, what => what.Contains("which is not authenticated", StringComparison.Ordinal));
        Assert.Empty(await stand.Rehearsal.CheckAsync());
    }

    private async Task StandsAsync(Fault fault)
    {
        var outcome = await stand.Rehearsal.RunAsync(fault, Pace.Short);

        output.WriteLine($"{Outcome.Header}\n{outcome.Row}\n{outcome.Errors}");
        Assert.Empty(outcome.Violations);
        Assert.True(outcome.Watched.Failed == 0 || !fault.IsUnnoticed, outcome.Errors);
        Assert.InRange(outcome.Recovery ?? TimeSpan.MaxValue, TimeSpan.Zero, Patience);
        Assert.InRange(outcome.Watched.LongestGap, TimeSpan.Zero, Patience);
    }

    /// <summary>One deployment for all faults, as in life.</summary>
    public sealed class Stand : IAsyncLifetime
    {
        private Rehearsal? _rehearsal;

        internal Rehearsal Rehearsal => _rehearsal!;

        public async Task InitializeAsync() => _rehearsal = await Rehearsal.StartAsync();

        public async Task DisposeAsync()
        {
            if (_rehearsal is not null)
            {
                await _rehearsal.DisposeAsync();
            }
        }
    }
}

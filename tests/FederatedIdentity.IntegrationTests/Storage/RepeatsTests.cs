using System.Diagnostics;
using System.Diagnostics.Metrics;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class RepeatsTests : IDisposable
{
    private static readonly NpgsqlException Broken = new("Exception while reading from stream", new EndOfStreamException());

    private readonly NpgsqlDataSource _nobody = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task What_fails_for_a_moment_succeeds_after_it()
    {
        var attempts = 0;

        Assert.Equal(3, await Repeats(TimeProvider.System).RunAsync(
            () => ++attempts < 3 ? throw Broken : Task.FromResult(attempts), PostgresFailure.IsBroken, default));
    }

    [Fact]
    public async Task What_may_not_be_repeated_is_tried_once()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<NpgsqlException>(() => Repeats(TimeProvider.System).RunAsync<int>(
            () => throw (++attempts > 0 ? Broken : new InvalidOperationException()), _ => false, default));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task An_outage_that_lasts_is_an_error_soon_and_at_once_for_those_who_come_later()
    {
        var repeats = Repeats(TimeProvider.System);
        var attempts = 0;
        Task<int> Fail()
        {
            attempts++;
            throw Broken;
        }

        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<NpgsqlException>(() => repeats.RunAsync(Fail, PostgresFailure.IsBroken, default));
        Assert.InRange(Stopwatch.GetElapsedTime(started), Postgres(0.9), Postgres(4));
        Assert.InRange(attempts, 3, 30);

        attempts = 0;
        await Assert.ThrowsAsync<NpgsqlException>(() => repeats.RunAsync(Fail, PostgresFailure.IsBroken, default));
        Assert.Equal(1, attempts);

        Assert.Equal(7, await repeats.RunAsync(() => Task.FromResult(7), PostgresFailure.IsBroken, default));
        await Assert.ThrowsAsync<NpgsqlException>(() => repeats.RunAsync(Fail, PostgresFailure.IsBroken, default));
        Assert.True(attempts > 2, "An outage of its own is waited out again.");

        static TimeSpan Postgres(double times) => FederatedIdentity.Storage.Postgres.Repeats.Budget * times;
    }

    [Fact]
    public async Task Only_so_many_wait_to_try_again_and_who_leaves_is_not_waited_for()
    {
        var repeats = Repeats(new StillClock());
        using var leave = new CancellationTokenSource();
        Task<int> Fail() => throw Broken;

        var first = Enumerable.Range(0, FederatedIdentity.Storage.Postgres.Repeats.MaxAtOnce)
            .Select(_ => repeats.RunAsync(Fail, PostgresFailure.IsBroken, leave.Token)).ToArray();
        var tooMany = repeats.RunAsync(Fail, PostgresFailure.IsBroken, default);

        Assert.True(tooMany.IsFaulted);
        await leave.CancelAsync();
        foreach (var waiting in first)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }
    }

    [Theory]
    [InlineData("25006", true, false)] // A standby.
    [InlineData("57P01", true, false)] // Shutting down.
    [InlineData("40001", true, false)]
    [InlineData("40P01", true, false)]
    [InlineData("55P03", true, false)]
    [InlineData("53300", true, false)]
    [InlineData("57P02", false, true)] // Another process crashed: no word about this one's commit.
    [InlineData("08P01", false, true)] // PgBouncer's word for everything.
    [InlineData("57014", false, false)] // It had its time.
    [InlineData("23505", false, false)]
    [InlineData("42601", false, false)]
    public void What_the_server_says_of_a_statement(string sqlState, bool isNotCommitted, bool isBroken)
    {
        var said = new PostgresException("said", "ERROR", "ERROR", sqlState);

        Assert.Equal((isNotCommitted, isBroken), (PostgresFailure.IsNotCommitted(said), PostgresFailure.IsBroken(said)));
    }

    [Theory]
    [InlineData("57P03", true)] // Starting up.
    [InlineData("53300", true)]
    [InlineData("08P01", true)]
    [InlineData("28P01", false)]
    [InlineData("3D000", false)]
    public void What_the_server_says_of_a_connection(string sqlState, bool mayReopen) =>
        Assert.Equal(mayReopen, PostgresFailure.MayReopen(new PostgresException("said", "FATAL", "FATAL", sqlState)));

    public void Dispose()
    {
        _nobody.Dispose();
        _services.Dispose();
    }

    /// <summary>No pause ever ends.</summary>
    private sealed class StillClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private Repeats Repeats(TimeProvider clock) =>
        new(new PostgresHosts(_nobody, clock), clock, new PostgresMetrics(_services.GetRequiredService<IMeterFactory>()));
}

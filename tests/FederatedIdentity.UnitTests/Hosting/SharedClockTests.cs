using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.UnitTests.Hosting;

public sealed class SharedClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly Machine _machine = new() { Time = Noon };

    [Fact]
    public void Runs_on_evenly_when_the_clock_of_the_machine_jumps()
    {
        var clock = new SharedClock(_machine);

        _machine.Pass(TimeSpan.FromSeconds(5));
        _machine.Time += TimeSpan.FromHours(1);

        Assert.Equal(Noon.AddSeconds(5), clock.GetUtcNow());
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(2)]
    public void Is_set_to_the_time_of_PostgreSQL_when_they_have_come_apart(int wrong)
    {
        _machine.Time = Noon.AddSeconds(wrong);
        var clock = new SharedClock(_machine);

        Assert.Equal(TimeSpan.FromSeconds(wrong), clock.Compare(Noon, clock.GetTimestamp()));

        _machine.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(Noon.AddSeconds(5), clock.GetUtcNow());
        Assert.Null(clock.Compare(Noon.AddSeconds(5), clock.GetTimestamp()));
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(-0.9)]
    public void Is_left_alone_within_a_second(double wrong)
    {
        _machine.Time = Noon.AddSeconds(wrong);
        var clock = new SharedClock(_machine);

        Assert.Null(clock.Compare(Noon, clock.GetTimestamp()));
        Assert.Equal(Noon.AddSeconds(wrong), clock.GetUtcNow());
    }

    [Fact]
    public void An_answer_that_was_long_in_coming_proves_nothing_finer_than_that()
    {
        var clock = new SharedClock(_machine);
        var asked = clock.GetTimestamp();
        _machine.Pass(TimeSpan.FromSeconds(10));

        Assert.Null(clock.Compare(Noon, asked));
        Assert.Null(clock.Compare(Noon.AddSeconds(10), asked));
        Assert.NotNull(clock.Compare(Noon.AddSeconds(12), asked));
    }

    private sealed class Machine : TimeProvider
    {
        private long _counter = 1000;

        public DateTimeOffset Time { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => (Time, _counter) = (Time + time, _counter + time.Ticks);

        public override DateTimeOffset GetUtcNow() => Time;

        public override long GetTimestamp() => _counter;
    }
}

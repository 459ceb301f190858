using Microsoft.AspNetCore.Connections;

namespace FederatedIdentity.UnitTests.Overload;

public sealed class ConnectionLimitTests : IDisposable
{
    private readonly OverloadBench _bench = new(TimeProvider.System);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task One_connection_too_many_is_hung_up_on_until_another_ends()
    {
        var limit = _bench.ConnectionLimit(most: 1, grace: TimeSpan.FromMinutes(1));
        var ended = new TaskCompletionSource();
        var first = limit.ServeAsync(new DefaultConnectionContext(), _ => ended.Task);
        var second = new DefaultConnectionContext();
        var hungUpOn = new TaskCompletionSource();
        second.ConnectionClosed.Register(hungUpOn.SetResult);

        await limit.ServeAsync(second, _ => throw new InvalidOperationException("It was to be turned away."));

        await hungUpOn.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["connections_full"], _bench.Refused);
        ended.SetResult();
        await first;
        await limit.ServeAsync(new DefaultConnectionContext(), _ => Task.CompletedTask);
        Assert.Single(_bench.Refused);
    }

    [Fact]
    public async Task What_goes_wrong_on_a_connection_is_passed_on_and_counts_no_longer()
    {
        var limit = _bench.ConnectionLimit(most: 1, grace: TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<FormatException>(
            () => limit.ServeAsync(new DefaultConnectionContext(), _ => Task.FromException(new FormatException())));

        await limit.ServeAsync(new DefaultConnectionContext(), _ => Task.CompletedTask);
        Assert.Empty(_bench.Refused);
    }

    [Fact]
    public async Task A_connection_that_is_closed_but_never_ends_is_given_up()
    {
        var limit = _bench.ConnectionLimit(most: 1, grace: TimeSpan.FromMilliseconds(1));
        var closed = new DefaultConnectionContext();
        var serving = limit.ServeAsync(closed, _ => Task.Delay(Timeout.Infinite));
        Assert.False(serving.IsCompleted);

        closed.Abort();

        await serving.WaitAsync(TimeSpan.FromSeconds(30));
        await limit.ServeAsync(new DefaultConnectionContext(), _ => Task.CompletedTask);
        Assert.Empty(_bench.Refused);
    }
}

using System.Diagnostics.Metrics;
using FederatedIdentity.IntegrationTests.Storage;
using FederatedIdentity.Storage.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.IntegrationTests.Redis;

/// <summary>When a replica stops asking Redis, and when it asks again.</summary>
public sealed class RedisCircuitTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualClock _clock = new();
    private readonly RedisConnection _connection;
    private readonly RedisCircuit _circuit;
    private int _sent;

    public RedisCircuitTests()
    {
        var options = Options.Create(new RedisOptions { CommandTimeout = Deadline });
        _connection = new RedisConnection("127.0.0.1:1", options);
        var metrics = new RedisMetrics(_services.GetRequiredService<IMeterFactory>());
        _circuit = new RedisCircuit(_connection, options, metrics, _clock, NullLogger<RedisCircuit>.Instance);
    }

    public void Dispose()
    {
        _circuit.Dispose();
        _connection.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task It_is_open_until_a_probe_succeeds()
    {
        Assert.False((await AskAsync(Answer)).Given);
        Assert.Equal(0, _sent);

        await _circuit.ProbeAsync("test", this, Fail, CancellationToken.None);
        Assert.True(_circuit.IsOpen);
        await CloseAsync();

        Assert.Equal(7, (await AskAsync(Answer)).Value);
    }

    [Fact]
    public async Task Failures_that_last_open_it_and_then_nothing_is_sent()
    {
        await CloseAsync();
        for (var round = 0; round < 4; round++)
        {
            Assert.False(_circuit.IsOpen);
            _clock.Advance(Deadline);
            Assert.False((await AskAsync(Fail)).Given);
        }

        Assert.True(_circuit.IsOpen);
        var sent = _sent;
        Assert.False((await AskAsync(Answer)).Given);
        Assert.Equal(sent, _sent);
        Assert.True(await _circuit.WaitForOpeningAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task A_stall_that_fails_many_commands_at_once_does_not_open_it()
    {
        await CloseAsync();
        for (var stall = 0; stall < 10; stall++)
        {
            for (var command = 0; command < 100; command++)
            {
                await AskAsync(Fail);
            }

            _clock.Advance(Deadline);
            await AskAsync(Fail);
            _clock.Advance(Deadline);
            await AskAsync(Answer);
        }

        Assert.False(_circuit.IsOpen);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(9, false)]
    public async Task A_lasting_share_of_failures_opens_it_when_it_is_large(int answersToOneFailure, bool opens)
    {
        await CloseAsync();
        for (var round = 0; round < 10; round++)
        {
            for (var answer = 0; answer < answersToOneFailure; answer++)
            {
                await AskAsync(Answer);
            }

            _clock.Advance(Deadline);
            await AskAsync(Fail);
        }

        Assert.Equal(opens, _circuit.IsOpen);
    }

    [Fact]
    public async Task A_late_answer_is_not_waited_for_and_nobody_misses_its_failure()
    {
        var marker = $"failed much later {Guid.NewGuid()}";
        var unobserved = false;
        EventHandler<UnobservedTaskExceptionEventArgs> watch = (_, e) => unobserved |= $"{e.Exception}".Contains(marker, StringComparison.Ordinal);
        TaskScheduler.UnobservedTaskException += watch;
        await CloseAsync();

        await LateAsync(marker);
        for (var collection = 0; collection < 3; collection++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        TaskScheduler.UnobservedTaskException -= watch;
        Assert.False(unobserved);
    }

    [Fact]
    public async Task A_request_that_is_given_up_says_so_and_is_no_failure()
    {
        await CloseAsync();
        using var given = new CancellationTokenSource(TimeSpan.Zero);
        for (var round = 0; round < 10; round++)
        {
            _clock.Advance(Deadline);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _circuit.AskAsync(
                "test",
                this, static (_, _) => new TaskCompletionSource<int>().Task, given.Token).AsTask());
        }

        Assert.False(_circuit.IsOpen);
    }

    private async Task LateAsync(string marker)
    {
        var answer = new TaskCompletionSource<int>();
        Assert.False((await _circuit.AskAsync("test", answer, static (_, answer) => answer.Task, CancellationToken.None)).Given);
        answer.SetException(new IOException(marker));
    }

    private Task<RedisAnswer<int>> CloseAsync() => _circuit.ProbeAsync("test", this, Answer, CancellationToken.None);

    private ValueTask<RedisAnswer<int>> AskAsync(Func<RedisConnection, RedisCircuitTests, Task<int>> command) =>
        _circuit.AskAsync("test", this, command, CancellationToken.None);

    private static Task<int> Answer(RedisConnection connection, RedisCircuitTests test)
    {
        test._sent++;
        return Task.FromResult(7);
    }

    private static Task<int> Fail(RedisConnection connection, RedisCircuitTests test)
    {
        test._sent++;
        return Task.FromException<int>(new IOException("gone"));
    }
}

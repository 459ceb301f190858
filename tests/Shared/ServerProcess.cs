using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace FederatedIdentity.Tests.Shared;

/// <summary>The real server as a process of its own on a loopback port, with everything it wrote to its outputs.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "Federated Identity is ready on ";
    private const int LowestPort = 18_000;
    private const int LowestOutgoingPort = 32_768; // Linux; elsewhere it is higher.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> settings, string? program = null, int? core = null)
    {
        var start = core is null ? new ProcessStartInfo("dotnet") : new ProcessStartInfo("taskset", ["-c", $"{core}", "dotnet"]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        start.ArgumentList.Add(program ?? Today);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("FederatedIdentity__", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Received(line.Data);
        _process.ErrorDataReceived += (_, line) => Received(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>
    /// The server of these sources: as a whole <c>./dev test</c> published it, or else as it was built with the tests. Others are given as
    /// <c>program</c>: the assembly of another release.
    /// </summary>
    public static string Today { get; } = Environment.GetEnvironmentVariable("FEDERATED_IDENTITY_TEST_SERVER") is { Length: > 0 } published
        ? published
        : Path.Combine(AppContext.BaseDirectory, "FederatedIdentity.Server.dll");

    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1:0");

    public int Id => _process.Id;

    public string Log => string.Join('\n', _log);

    /// <summary>Starts the server, perhaps on one <paramref name="core"/> alone, and waits for its ready line.</summary>
    public static async Task<ServerProcess> StartAsync(
        IReadOnlyDictionary<string, string?> settings, string? program = null, int? core = null)
    {
        var server = new ServerProcess([], settings, program, core);
        await server.ReadyAsync();
        return server;
    }

    /// <summary>Starts the server and does not wait; it will answer where the settings say.</summary>
    public static ServerProcess Launch(IReadOnlyDictionary<string, string?> settings, string? program = null) =>
        new([], settings, program) { BaseAddress = new Uri(settings["ASPNETCORE_URLS"]!) };

    /// <summary>Waits for the ready line. A server that ends or dawdles instead is removed, and what it wrote is in the exception.</summary>
    public async Task ReadyAsync()
    {
        var exited = _process.WaitForExitAsync();
        var first = await Task.WhenAny(_ready.Task, exited, Task.Delay(StartDeadline));
        if (first != _ready.Task)
        {
            var log = Log;
            await DisposeAsync();
            throw new InvalidOperationException($"The server did not become ready.\n{log}");
        }

        BaseAddress = await _ready.Task;
    }

    /// <summary>Runs the server with arguments that end by themselves; its exit status and output.</summary>
    public static Task<(int Status, string Log)> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments) =>
        RunAsync(Today, settings, arguments);

    /// <summary>As above, for another release.</summary>
    public static async Task<(int Status, string Log)> RunAsync(
        string program, IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        await using var server = new ServerProcess(arguments, settings, program);
        using var deadline = new CancellationTokenSource(StartDeadline);
        await server._process.WaitForExitAsync(deadline.Token);
        return (server._process.ExitCode, server.Log);
    }

    /// <summary>The log once it holds the text; what was written before that is in it too.</summary>
    public async Task<string> LogWithAsync(string text)
    {
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (true)
        {
            var next = Volatile.Read(ref _received).Task;
            if (Log is var log && log.Contains(text, StringComparison.Ordinal))
            {
                return log;
            }

            await next.WaitAsync(deadline.Token);
        }
    }

    /// <summary>
    /// A loopback port that was free a moment ago. Not one that the system gives to outgoing connections: of those, one may sit on the
    /// port while its server is down, which then cannot start again.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(LowestPort, LowestOutgoingPort);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    /// <summary>SIGTERM, as Kubernetes sends it; returns the exit status.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("TERM");
            await _process.WaitForExitAsync();
        }

        return _process.ExitCode;
    }

    /// <summary>Sends a signal by name: STOP hangs the server with its connections open, CONT lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>SIGKILL: no chance to finish anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Received(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        Interlocked.Exchange(ref _received, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
        {
            _ready.TrySetResult(new Uri(line[ReadyLine.Length..]));
        }
    }
}

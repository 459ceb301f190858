using System.Diagnostics;
using System.Net.Sockets;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A program of the machine that a test runs for itself on a loopback port, and may kill, hang and start again there. Which program
/// it is, an environment variable says that <c>./dev test</c> sets.
/// </summary>
internal sealed class PrivateProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly string _program;
    private readonly string[] _arguments;
    private Process? _running;

    private PrivateProgram(string program, int port, string[] arguments) => (_program, Port, _arguments) = (program, port, arguments);

    public int Port { get; }

    /// <summary>The process that runs now.</summary>
    public Process Process => _running ?? throw new InvalidOperationException($"{_program} does not run.");

    public bool IsRunning => _running is { HasExited: false };

    public static string NamedBy(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} does not name a program; ./dev test does.");

    /// <summary>Started, and its port takes connections.</summary>
    public static Task<PrivateProgram> StartAsync(string variable, int port, params string[] arguments) =>
        StartProgramAsync(NamedBy(variable), port, arguments);

    /// <summary>As <see cref="StartAsync(string, int, string[])"/>, for a program that was found already.</summary>
    public static async Task<PrivateProgram> StartProgramAsync(string program, int port, params string[] arguments)
    {
        var started = new PrivateProgram(program, port, arguments);
        await started.StartAsync();
        return started;
    }

    /// <summary>After it ended: again, on the same port.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(_program, _arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{_program} did not start.");
        _running = process;
        _ = process.StandardOutput.ReadToEndAsync();
        var complaint = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (!await ListensAsync())
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{_program} ended with status {process.ExitCode}: {await complaint}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }

    /// <summary>SIGKILL, for the program or for it and all processes it started.</summary>
    public Task KillAsync(bool withChildren = false)
    {
        Process.Kill(withChildren);
        return EndedAsync();
    }

    /// <summary>Waits until it has ended, as it was asked to or by itself.</summary>
    public async Task EndedAsync()
    {
        await Process.WaitForExitAsync();
        Process.Dispose();
        _running = null;
    }

    /// <summary>Sends a signal by name: STOP hangs the program with its connections open, CONT lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await KillAsync();
        }
    }

    private async Task<bool> ListensAsync()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

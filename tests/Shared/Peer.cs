using System.Diagnostics;

namespace FederatedIdentity.Tests.Shared;

/// <summary>A program of tests/Peers, run by the Node that folder chooses.</summary>
public static class Peer
{
    /// <summary>The folder that holds FederatedIdentity.sln.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    public static Process Start(string program, IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        var folder = Path.Combine(RepositoryRoot, "tests", "Peers");
        var start = new ProcessStartInfo(Path.Combine(folder, "node"))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>
    /// Starts a program that prints <c>ready</c> and something about itself, such as its address, once it can be used.
    /// </summary>
    public static async Task<(Process Process, string Ready)> StartReadyAsync(
        string program, IReadOnlyDictionary<string, string?> settings)
    {
        const string ReadyLine = "ready ";
        var process = Start(program, settings);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                _ = process.StandardError.ReadToEndAsync();
                return (process, line[ReadyLine.Length..]);
            }
        }

        throw new InvalidOperationException($"{program} did not start: {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Ends a program that serves until it is told not to.</summary>
    public static async ValueTask StopAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    /// <summary>Runs a program to its end; its exit status, output and error output.</summary>
    public static async Task<(int Status, string Output, string Error)> RunAsync(
        string program, IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        using var process = Start(program, settings, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FederatedIdentity.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from within a checkout.");
    }
}

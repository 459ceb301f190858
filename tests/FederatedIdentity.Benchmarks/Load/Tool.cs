using System.Diagnostics;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>A program of the machine that ends by itself.</summary>
internal static class Tool
{
    /// <summary>What it wrote; throws when it fails.</summary>
    public static Task<string> RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments));

    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{start.FileName} ended with status {process.ExitCode}: {output}{await complaint}");
    }
}

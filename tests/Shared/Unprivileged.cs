using System.Diagnostics;

namespace FederatedIdentity.Tests.Shared;

/// <summary>Runs what refuses to be root: as the account postgres where the tests are root, and otherwise as whoever they are.</summary>
internal static class Unprivileged
{
    public const string Account = "postgres";

    /// <summary>Whether there is a root to be given up.</summary>
    public static bool IsRoot { get; } = Environment.UserName == "root";

    /// <summary>A new folder below the system's temporary one that only the account can look into, and root.</summary>
    public static async Task<string> FolderAsync(string name)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{name}-{Guid.NewGuid():N}");
        string[] owner = IsRoot ? ["-o", Account, "-g", Account] : [];
        await RunToEndAsync("install", ["-d", "-m", "700", .. owner, path]);
        return path;
    }

    /// <summary>The program and arguments that run a program as the account, in the same process.</summary>
    public static (string Program, string[] Arguments) Command(string program, params string[] arguments) => IsRoot
        ? ("setpriv", ["--reuid", Account, "--regid", Account, "--init-groups", "--", program, .. arguments])
        : (program, arguments);

    /// <summary>Runs a program that ends by itself, and well.</summary>
    public static Task RunAsync(string program, params string[] arguments)
    {
        var (command, all) = Command(program, arguments);
        return RunToEndAsync(command, all);
    }

    private static async Task RunToEndAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var complaint = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with status {process.ExitCode}: "
                + $"{complaint}\n{await output}");
        }
    }
}

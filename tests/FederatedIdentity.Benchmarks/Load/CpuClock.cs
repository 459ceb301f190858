using System.Globalization;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>The CPU time, user and system, that a process and its children have used, as the kernel counts it in /proc.</summary>
internal static class CpuClock
{
    private const double MicrosPerTick = 10_000; // USER_HZ is 100 on every Linux that .NET runs on.

    /// <summary>Of the process, of its children that live, and of those that have ended. Microseconds.</summary>
    public static double OfTree(int process) =>
        Of(process).Sum() + Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == process)
            .Sum(id => Of(id).Sum());

    /// <summary>Of the children of this process that have ended. Microseconds.</summary>
    public static double OfEndedChildren() => Of(Environment.ProcessId)[2..].Sum();

    public static double MegabytesOf(int process) => double.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ')[^2],
        CultureInfo.InvariantCulture) / 1024;

    private static int ParentOf(int process) => Fields(process) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;

    /// <summary>User and system time of the process, and of its children that it has waited for.</summary>
    private static double[] Of(int process) => Fields(process) is [_, ..] fields
        ? [.. fields[11..15].Select(ticks => MicrosPerTick * long.Parse(ticks, CultureInfo.InvariantCulture))]
        : [0, 0, 0, 0];

    /// <summary>Empty when it has ended. The second field is the program's name in brackets, and may hold anything.</summary>
    private static string[] Fields(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}

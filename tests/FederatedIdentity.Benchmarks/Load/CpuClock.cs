using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>The CPU time, user and system, that a process and its children have used, as the kernel counts it in /proc.</summary>
internal static class CpuClock
{
    private const double MicrosPerTick = 10_000; // USER_HZ is 100 on every Linux that .NET runs on.

    /// <summary>
    /// Of the process, of its children that live, and of those that have ended. Microseconds. Living children are counted to the
    /// nanosecond, as there may be many, but by their first thread alone, as PostgreSQL's have no other.
    /// </summary>
    public static double OfTree(int process) =>
        Of(process).Sum() + ChildrenOf(process).Sum(OfThread);

    /// <summary>Those that live.</summary>
    public static IEnumerable<int> ChildrenOf(int process) => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && ParentOf(id) == process);

    /// <summary>Of all threads that a process has or had, without its children, to the nanosecond: a short turn is but a few ticks long.</summary>
    public static TimeSpan OfThreads(int process)
    {
        const int AllThreads = 2; // clock_getcpuclockid(3) makes the number of a process's clock in this way.
        return GetTime((~process << 3) | AllThreads, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : throw new UnreachableException("The process has no clock.");
    }

    /// <summary>Of the children of this process that have ended. Microseconds.</summary>
    public static double OfEndedChildren() => Of(Environment.ProcessId)[2..].Sum();

    public static double MegabytesOf(int process) => double.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ')[^2],
        CultureInfo.InvariantCulture) / 1024;

    private static double OfThread(int process) => Read(process, "schedstat") is { Length: > 0 } text
        ? long.Parse(text.AsSpan(0, text.IndexOf(' ')), CultureInfo.InvariantCulture) / 1000.0
        : 0;

    private static int ParentOf(int process) => Fields(process) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;

    /// <summary>User and system time of the process, and of its children that it has waited for.</summary>
    private static double[] Of(int process) => Fields(process) is [_, ..] fields
        ? [.. fields[11..15].Select(ticks => MicrosPerTick * long.Parse(ticks, CultureInfo.InvariantCulture))]
        : [0, 0, 0, 0];

    /// <summary>Empty when it has ended. The second field is the program's name in brackets, and may hold anything.</summary>
    private static string[] Fields(int process) =>
        Read(process, "stat") is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : [];

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Time time);

    private readonly record struct Time(nint Seconds, nint Nanoseconds);
}

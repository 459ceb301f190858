using System.Globalization;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// How much memory the process may have before the kernel ends it: what its control group allows, of either version, or else what the
/// machine has. The runtime's own figure is of its heap alone, in a container three quarters of this.
/// </summary>
internal static class MemoryLimit
{
    private const int Kibi = 1024;

    public static double Read() => Read("/");

    /// <summary>In a container the group is the root of what can be seen, whatever its name is outside.</summary>
    internal static double Read(string root)
    {
        var groups = Lines(Path.Combine(root, "proc/self/cgroup")).Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3);
        var limits = groups.SelectMany(group => Files(Path.Combine(root, "sys/fs/cgroup"), group[1], group[2].TrimStart('/')));
        return limits.Where(File.Exists).Select(file => Parse(File.ReadAllText(file))).Append(OfMachine(Path.Combine(root, "proc/meminfo"))).Min()
            ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }

    private static string[] Files(string groups, string controller, string name) => controller switch
    {
        "" => [Path.Combine(groups, name, "memory.max"), Path.Combine(groups, "memory.max")],
        "memory" =>
        [
            Path.Combine(groups, "memory", name, "memory.limit_in_bytes"), Path.Combine(groups, "memory", "memory.limit_in_bytes"),
        ],
        _ => [],
    };

    private static double? OfMachine(string file) =>
        Lines(file).FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal))
            ?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..] ? Parse(kibibytes) * Kibi : null;

    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file) : [];

    /// <summary>Null for "max". Version 1 says no limit by a number that is larger than any machine.</summary>
    private static double? Parse(string text) =>
        double.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
}

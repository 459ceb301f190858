using System.Globalization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>A control group of this rehearsal alone, with a limit of its own on memory. Needs root and a hierarchy that may be written.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private static readonly (string Parent, string Limit)[] Hierarchies =
        [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")];

    private readonly string _folder;
    private readonly string _limit;

    private MemoryGroup(string folder, string limit) => (_folder, _limit) = (folder, Path.Combine(folder, limit));

    /// <summary>Null where none can be made.</summary>
    public static MemoryGroup? TryCreate()
    {
        foreach (var (parent, limit) in Hierarchies)
        {
            var folder = Path.Combine(parent, $"federated-identity-{Guid.NewGuid():N}");
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception forbidden) when (forbidden is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (File.Exists(Path.Combine(folder, limit)))
            {
                return new MemoryGroup(folder, limit);
            }

            Directory.Delete(folder);
        }

        return null;
    }

    /// <summary>From now on the process may have so much more than it has, by its own account.</summary>
    public void Take(ServerProcess server, double factor)
    {
        const int Kibi = 1024;
        var resident = File.ReadLines($"/proc/{server.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var limit = (long)(long.Parse(resident, CultureInfo.InvariantCulture) * Kibi * factor);
        File.WriteAllText(_limit, limit.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(Path.Combine(_folder, "cgroup.procs"), server.Id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Its process must have ended.</summary>
    public void Dispose() => Directory.Delete(_folder);
}

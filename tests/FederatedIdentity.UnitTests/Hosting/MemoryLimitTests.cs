using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.UnitTests.Hosting;

/// <summary>What the kernel says, wherever it says so, on a machine of 8 GiB.</summary>
public sealed class MemoryLimitTests : IDisposable
{
    private const double Machine = 8.0 * 1024 * 1024 * 1024;
    private const double Limit = 512.0 * 1024 * 1024;

    private readonly string _root = Directory.CreateTempSubdirectory("federated-identity-memory-").FullName;

    public MemoryLimitTests() => Write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:         1234 kB\n");

    [Fact]
    public void Without_a_group_it_is_the_memory_of_the_machine() => Assert.Equal(Machine, MemoryLimit.Read(_root));

    [Theory]
    [InlineData("0::/", "sys/fs/cgroup/memory.max")] // A container.
    [InlineData("0::/system.slice/federated-identity.service", "sys/fs/cgroup/system.slice/federated-identity.service/memory.max")]
    [InlineData("5:cpu:/\n4:memory:/docker/0123", "sys/fs/cgroup/memory/memory.limit_in_bytes")]
    [InlineData("4:memory:/kubepods/0123", "sys/fs/cgroup/memory/kubepods/0123/memory.limit_in_bytes")]
    public void A_group_has_less(string groups, string file)
    {
        Write("proc/self/cgroup", groups + "\n");
        Write(file, "536870912\n");

        Assert.Equal(Limit, MemoryLimit.Read(_root));
    }

    [Theory]
    [InlineData("0::/", "sys/fs/cgroup/memory.max", "max\n")]
    [InlineData("4:memory:/", "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")]
    public void A_group_without_a_limit_has_what_the_machine_has(string groups, string file, string limit)
    {
        Write("proc/self/cgroup", groups + "\n");
        Write(file, limit);

        Assert.Equal(Machine, MemoryLimit.Read(_root));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// The kernel drops every packet of a way, so that not even a connection attempt gets an answer. Needs nftables in a network namespace
/// of its own, whose firewall is nobody else's.
/// </summary>
internal static class PacketFaults
{
    private const string Variable = "FEDERATED_IDENTITY_TEST_OWN_NETWORK";
    private const string Table = "inet rehearsal";

    public static bool IsAvailable => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    public static Fault FromPostgres { get; } =
        Cut("one replica's packets to PostgreSQL are dropped", true, deployment => [deployment.Replicas[1].Database]);

    public static Fault AllFromPostgres { get; } =
        Cut("all packets to PostgreSQL are dropped", false, deployment => deployment.Replicas.Select(replica => replica.Database));

    public static Fault FromRedis { get; } =
        Cut("all packets to Redis are dropped", true, deployment => deployment.Replicas.Select(replica => replica.Redis));

    private static Fault Cut(string name, bool unnoticed, Func<Deployment, IEnumerable<ChaosProxy>> ways) => new(
        name,
        unnoticed,
        async deployment =>
        {
            var ports = string.Join(", ", ways(deployment).Select(way => way.Port));
            await NftAsync($"add table {Table}");
            await NftAsync($"add chain {Table} output {{ type filter hook output priority 0; }}");
            await NftAsync($"add rule {Table} output tcp dport {{ {ports} }} drop");
            await NftAsync($"add rule {Table} output tcp sport {{ {ports} }} drop");
        },
        async deployment =>
        {
            await NftAsync($"delete table {Table}");
            await deployment.Balancer.ServesWithAsync(Deployment.Size);
        });

    private static async Task NftAsync(string command)
    {
        using var nft = Process.Start(new ProcessStartInfo("nft", [command]))!;
        await nft.WaitForExitAsync();
        Assert.True(nft.ExitCode == 0, $"nft {command} ended with status {nft.ExitCode}.");
    }
}

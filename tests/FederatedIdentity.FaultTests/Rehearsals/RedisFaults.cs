using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>What happens to Redis, and to the way there.</summary>
internal static class RedisFaults
{
    public static Fault Kill { get; } = new(
        "Redis killed",
        true,
        deployment => deployment.Redis.Program.KillAsync(),
        deployment => deployment.Redis.Program.StartAsync());

    public static Fault Hang { get; } = new(
        "Redis hangs (SIGSTOP)",
        true,
        deployment => deployment.Redis.Program.SignalAsync("STOP"),
        deployment => deployment.Redis.Program.SignalAsync("CONT"));

    public static Fault Flush { get; } = Fault.Once("Redis FLUSHALL", async deployment =>
    {
        using var redis = await RedisWire.ConnectAsync(deployment.Redis.Port);
        Assert.Equal("+OK", await redis.CallAsync("FLUSHALL"));
    });

    public static Fault Latency { get; } = Way("200 ms to Redis, each way", way => way.Delay(NetworkFaults.Late));

    public static Fault Stall { get; } = Way("the way to Redis stalls", way => way.Stall());

    public static Fault Resets { get; } = Way("connections to Redis are reset", way => way.Reset());

    private static Fault Way(string name, Action<ChaosProxy> misbehave) =>
        NetworkFaults.Of(name, true, deployment => deployment.Replicas.Select(replica => replica.Redis), misbehave);
}

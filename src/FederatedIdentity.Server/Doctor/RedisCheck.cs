using FederatedIdentity.Storage.Redis;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether Redis answers in time, takes writes, and forgets what is old rather than refuse what is new.</summary>
internal sealed class RedisCheck : ICheck
{
    public string Name => "redis";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (subject.Redis is not { } redis)
        {
            findings.Skip(Name, subject.HasRedis
                ? "the configuration is not valid"
                : "not configured: limits and caches are each replica's own");
            return;
        }

        CheckEncryption(redis, findings);
        var (facts, fault) = await subject.RedisAsync();
        if (facts is null)
        {
            findings.Fail(
                Name, $"does not answer: {fault}",
                "Correct ConnectionStrings:Redis, or let Redis and the way to it work. Replicas serve without it, each with its share of the limits.");
            return;
        }

        findings.Ok(Name, $"{(facts.Version is { } version ? $"version {version}" : "answers")}, {facts.Replicas} replicas gave a sign of life");
        Check(redis, facts, findings);
    }

    private static void Check(IRedisExamination redis, RedisFacts facts, Findings findings)
    {
        findings.WarnIf(
            facts.Median > redis.CommandTimeout / 2, "redis latency",
            $"{DatabaseCheck.Milliseconds(facts.Shortest)} at best, {DatabaseCheck.Milliseconds(facts.Median)} as a rule",
            $"Run it near the replicas: they wait {DatabaseCheck.Milliseconds(redis.CommandTimeout)} for a command.");
        if (facts.WriteFault is { } refused)
        {
            findings.Fail("redis writes", $"refused: {refused}", "Let the user write and run scripts below the key prefix, on a primary with room.");
        }
        else
        {
            findings.Ok("redis writes", "a value and a script");
        }

        findings.WarnIf(
            facts is { EvictionPolicy: "noeviction", MaxMemory: > 0 }, "redis eviction",
            facts.EvictionPolicy is { } policy ? $"{policy}, maxmemory {facts.MaxMemory}" : "it does not say",
            "Set maxmemory-policy volatile-lru: a full Redis refuses writes, and replicas take that for an outage.");
    }

    private static void CheckEncryption(IRedisExamination redis, Findings findings) => findings.WarnIf(
        !redis.IsEncrypted && !redis.IsLocal, "redis TLS",
        redis.IsEncrypted ? "encrypted" : redis.IsLocal ? "not encrypted, on this machine" : "not encrypted",
        "Put ssl=true into the connection string: the password and cached answers of providers travel there.");
}

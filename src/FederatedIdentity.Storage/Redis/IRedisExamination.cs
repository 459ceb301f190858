namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// What Redis says of itself, as far as it lets this client ask, and how long it takes. <paramref name="Replicas"/> is how many of our
/// replicas gave a sign of life lately; a <paramref name="WriteFault"/> is why it takes no writes.
/// </summary>
public sealed record RedisFacts(
    string? Version, string? EvictionPolicy, long? MaxMemory, TimeSpan Shortest, TimeSpan Median, int Replicas, string? WriteFault);

/// <summary>Asks the configured Redis about itself, in seconds, whatever it does.</summary>
public interface IRedisExamination
{
    bool IsEncrypted { get; }

    /// <summary>Whether every address is this machine's own.</summary>
    bool IsLocal { get; }

    /// <summary>How long a command of a replica may take.</summary>
    TimeSpan CommandTimeout { get; }

    /// <summary>Null, and why in a few words without a secret, when it does not answer.</summary>
    Task<(RedisFacts? Facts, string? Fault)> AskAsync();
}

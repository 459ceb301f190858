namespace FederatedIdentity.Domain.Keys;

/// <summary>One step in the life of the signing keys.</summary>
public abstract record KeyStep
{
    private KeyStep() { }

    /// <summary>A new key; <see cref="SigningKeyState.Current"/> only when there is none that could sign.</summary>
    public sealed record Create(string Algorithm, string State) : KeyStep;

    /// <summary>From now on this key signs, and whatever signed before is retired.</summary>
    public sealed record Activate(string Kid) : KeyStep;

    /// <summary>A next key is to sign as soon as it was published long enough, without waiting for the schedule.</summary>
    public sealed record Order(string Kid) : KeyStep;

    /// <summary>The key signs no more, and its private key is destroyed.</summary>
    public sealed record Retire(string Kid) : KeyStep;

    /// <summary>The key leaves the key set; nothing verifies with it any more.</summary>
    public sealed record Remove(string Kid) : KeyStep;
}

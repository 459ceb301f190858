namespace FederatedIdentity.Jose;

/// <summary>Which single key of a set may verify a token. No answer ever means "try several".</summary>
public abstract record KeyChoice
{
    private KeyChoice() { }

    public sealed record Found(VerificationKey Key) : KeyChoice;

    /// <summary>The set has no usable key with the token's <c>kid</c>: a newer set may have it.</summary>
    public sealed record Unknown : KeyChoice;

    /// <summary>Several usable keys would fit, and guessing is not verifying.</summary>
    public sealed record Ambiguous : KeyChoice;

    /// <summary>
    /// No key fits: the <c>kid</c> is known but belongs to a key of another algorithm, or there is no <c>kid</c> and nothing fits.
    /// </summary>
    public sealed record None : KeyChoice;
}

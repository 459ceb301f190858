namespace FederatedIdentity.Jose;

/// <summary>
/// A member of a JWK set that verifies nothing here, for an operator to be told. <paramref name="KeyId"/> is hostile text.
/// </summary>
public sealed record SkippedKey(string? KeyId, SkipReason Reason);

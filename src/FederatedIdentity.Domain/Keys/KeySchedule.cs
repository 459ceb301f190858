namespace FederatedIdentity.Domain.Keys;

/// <summary>
/// When signing keys change: a key signs for <paramref name="Rotation"/>, or until told otherwise when that is zero, after it was
/// published for <paramref name="Publishing"/>. The first key of all is made for <paramref name="Algorithm"/>.
/// </summary>
public sealed record KeySchedule(string Algorithm, TimeSpan Rotation, TimeSpan Publishing);

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Without a shared memory, or while it is away.</summary>
public sealed class IssuerKeysAloneTests() : IssuerKeysTests(shares: false);

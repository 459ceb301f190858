namespace FederatedIdentity.UnitTests.Providers;

/// <summary>With a memory that all replicas share, of which there is one.</summary>
public sealed class IssuerKeysSharingTests() : IssuerKeysTests(shares: true);

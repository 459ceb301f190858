namespace FederatedIdentity.IntegrationTests.Throttling;

/// <summary>The servers are the same for all tests of limits.</summary>
[CollectionDefinition(nameof(ThrottlingTests))]
public sealed class ThrottlingTests : ICollectionFixture<ThrottlingFixture>;

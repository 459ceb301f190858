using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>One server for all wire tests: every test makes pools of its own.</summary>
[CollectionDefinition(nameof(WireTests))]
public sealed class WireTests : ICollectionFixture<ServerFixture>;

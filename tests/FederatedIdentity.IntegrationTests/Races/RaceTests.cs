using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Races;

/// <summary>Two servers for all races: every test makes pools of its own.</summary>
[CollectionDefinition(nameof(RaceTests))]
public sealed class RaceTests : ICollectionFixture<ReplicasFixture>;

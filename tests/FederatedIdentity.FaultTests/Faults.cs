namespace FederatedIdentity.FaultTests;

/// <summary>Faults take their turns: each wants the machine for itself.</summary>
[CollectionDefinition(nameof(Faults))]
public sealed class Faults;

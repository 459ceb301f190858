namespace FederatedIdentity.FaultTests;

/// <summary>Faults take their turns, so that what is seen of one is not another's doing.</summary>
[CollectionDefinition(nameof(Faults))]
public sealed class Faults;

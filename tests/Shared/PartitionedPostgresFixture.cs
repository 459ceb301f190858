namespace FederatedIdentity.Tests.Shared;

/// <summary>The same, with identities in partitions.</summary>
public sealed class PartitionedPostgresFixture : PostgresFixture
{
    public const int Count = 8;

    protected override int? Partitions => Count;
}

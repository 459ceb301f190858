using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of pool_change, which triggers write and <see cref="PoolChangeFeed"/> reads: a pool, an account, or neither.</summary>
public sealed class PoolChangeRow
{
    public ulong TransactionId { get; init; }

    public long N { get; init; }

    public string? PoolId { get; init; }

    public string? AccountId { get; init; }

    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<PoolChangeRow>
    {
        public void Configure(EntityTypeBuilder<PoolChangeRow> change)
        {
            change.ToTable("pool_change").HasKey(c => new { c.TransactionId, c.N });
            change.Property(c => c.TransactionId).HasColumnType("xid8");
            change.Property(c => c.N).UseIdentityAlwaysColumn();
        }
    }
}

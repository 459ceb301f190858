using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of housekeeping: who holds a lease, by the database's clock.</summary>
public sealed class HousekeepingRow
{
    public required string Name { get; init; }

    public required string Holder { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset SteadySince { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<HousekeepingRow>
    {
        public void Configure(EntityTypeBuilder<HousekeepingRow> lease) => lease.ToTable("housekeeping").HasKey(l => l.Name);
    }
}

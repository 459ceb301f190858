using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of identity_pool_tag.</summary>
public sealed class IdentityPoolTagRow
{
    public required string PoolId { get; init; }

    public required string Key { get; init; }

    public required string Value { get; set; }

    /// <summary>When the tag got its value; the database keeps it.</summary>
    public DateTimeOffset Since { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<IdentityPoolTagRow>
    {
        public void Configure(EntityTypeBuilder<IdentityPoolTagRow> tag)
        {
            tag.ToTable("identity_pool_tag").HasKey(t => new { t.PoolId, t.Key });
            tag.Property(t => t.Since).ValueGeneratedOnAddOrUpdate();
        }
    }
}

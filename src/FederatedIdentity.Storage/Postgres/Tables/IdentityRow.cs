using FederatedIdentity.Domain.Identities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>
/// One row of identity, which may belong to a deleted pool: read <see cref="ControlPlaneDb.LiveIdentities"/>. Its version changes
/// before its logins do, in the same transaction; <see cref="IIdentityStore"/> relies on that.
/// </summary>
public sealed class IdentityRow : IVersioned
{
    public required string Id { get; init; }

    public required string PoolId { get; init; }

    /// <summary>Order of creation, for paging; given by the database.</summary>
    public long Sequence { get; init; }

    public required IdentityState State { get; set; }

    public int Version { get; set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ModifiedAt { get; set; }

    /// <summary>About when it was last used as a guest, by the database's clock; the database keeps it.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public ICollection<LoginRow> Logins { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<IdentityRow>
    {
        public void Configure(EntityTypeBuilder<IdentityRow> identity)
        {
            identity.ToTable("identity").HasKey(i => i.Id);
            identity.Property(i => i.Sequence).UseIdentityAlwaysColumn();
            identity.Property(i => i.Version).IsConcurrencyToken();
            identity.Property(i => i.LastUsedAt).ValueGeneratedOnAddOrUpdate();
            identity.HasMany(i => i.Logins).WithOne().HasForeignKey(l => l.IdentityId);
        }
    }
}

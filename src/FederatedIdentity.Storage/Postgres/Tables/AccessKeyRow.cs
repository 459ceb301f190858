using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of access_key. The secret is an envelope of the master key; without a user the key is the account's root's.</summary>
public sealed class AccessKeyRow
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public string? UserName { get; init; }

    public required byte[] WrappedSecret { get; init; }

    public required bool Active { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Written now and then, not with every call.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public string? LastUsedService { get; set; }

    public string? LastUsedRegion { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<AccessKeyRow>
    {
        public void Configure(EntityTypeBuilder<AccessKeyRow> key) => key.ToTable("access_key").HasKey(k => k.Id);
    }
}

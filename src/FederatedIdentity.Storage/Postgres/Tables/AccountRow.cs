using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of account: a twelve-digit id that owns pools, keys and provider registrations.</summary>
public sealed class AccountRow
{
    public required string Id { get; init; }

    /// <summary>What the operator calls it; nothing depends on it.</summary>
    public string? Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<AccountRow>
    {
        public void Configure(EntityTypeBuilder<AccountRow> account) => account.ToTable("account").HasKey(a => a.Id);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of iam_role: permissions that those may assume whom the trust policy names.</summary>
public sealed class IamRoleRow : IVersioned
{
    public required string AccountId { get; init; }

    public required string Name { get; init; }

    /// <summary>Begins and ends with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>AROA…</summary>
    public required string Id { get; init; }

    /// <summary>As it was given, and valid.</summary>
    public required string TrustPolicy { get; set; }

    public string? Description { get; set; }

    /// <summary>In seconds.</summary>
    public required int MaxSessionDuration { get; set; }

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    public int Version { get; set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public ICollection<IamRolePolicyRow> Policies { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<IamRoleRow>
    {
        public void Configure(EntityTypeBuilder<IamRoleRow> role)
        {
            role.ToTable("iam_role").HasKey(r => new { r.AccountId, r.Name });
            role.Property(r => r.Id).IsRequired(); // What is called Id and is no key counts as optional.
            role.Property(r => r.Version).IsConcurrencyToken();
            role.Property(r => r.Tags).HasJsonColumn(StorageJson.Default.IReadOnlyDictionaryStringString);
            role.HasMany(r => r.Policies).WithOne().HasForeignKey(p => new { p.AccountId, p.RoleName });
        }
    }
}

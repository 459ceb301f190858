using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of iam_user: somebody of an account who may hold access keys.</summary>
public sealed class IamUserRow
{
    public required string AccountId { get; init; }

    public required string Name { get; init; }

    /// <summary>Begins and ends with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>AIDA…</summary>
    public required string Id { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    public required DateTimeOffset CreatedAt { get; init; }

    public ICollection<IamUserPolicyRow> Policies { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<IamUserRow>
    {
        public void Configure(EntityTypeBuilder<IamUserRow> user)
        {
            user.ToTable("iam_user").HasKey(u => new { u.AccountId, u.Name });
            user.Property(u => u.Id).IsRequired(); // What is called Id and is no key counts as optional.
            user.Property(u => u.Tags).HasJsonColumn(StorageJson.Default.IReadOnlyDictionaryStringString);
            user.HasMany(u => u.Policies).WithOne().HasForeignKey(p => new { p.AccountId, p.UserName });
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of iam_role_policy: an inline policy of a role.</summary>
public sealed class IamRolePolicyRow
{
    public required string AccountId { get; init; }

    public required string RoleName { get; init; }

    public required string Name { get; init; }

    /// <summary>As it was given, and valid.</summary>
    public required string Document { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<IamRolePolicyRow>
    {
        public void Configure(EntityTypeBuilder<IamRolePolicyRow> policy) =>
            policy.ToTable("iam_role_policy").HasKey(p => new { p.AccountId, p.RoleName, p.Name });
    }
}

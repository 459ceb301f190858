using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of iam_user_policy: an inline policy of a user.</summary>
public sealed class IamUserPolicyRow
{
    public required string AccountId { get; init; }

    public required string UserName { get; init; }

    public required string Name { get; init; }

    /// <summary>As it was given, and valid.</summary>
    public required string Document { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<IamUserPolicyRow>
    {
        public void Configure(EntityTypeBuilder<IamUserPolicyRow> policy) =>
            policy.ToTable("iam_user_policy").HasKey(p => new { p.AccountId, p.UserName, p.Name });
    }
}

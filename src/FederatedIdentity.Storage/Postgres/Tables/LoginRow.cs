using FederatedIdentity.Domain.Identities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>
/// One row of login. <see cref="Subject"/> is what <see cref="StoredSubject"/> made of the subject: translate before comparing.
/// </summary>
public sealed class LoginRow
{
    public required string PoolId { get; init; }

    public required LoginKind Kind { get; init; }

    public required string Provider { get; init; }

    public required string Subject { get; init; }

    public byte[]? FullSubject { get; init; }

    public required string IdentityId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<LoginRow>
    {
        public void Configure(EntityTypeBuilder<LoginRow> login) =>
            login.ToTable("login").HasKey(l => new { l.PoolId, l.Kind, l.Provider, l.Subject });
    }
}

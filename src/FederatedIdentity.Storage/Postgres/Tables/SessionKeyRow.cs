using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of session_key: a key that seals session tokens, as an envelope of the master key.</summary>
public sealed class SessionKeyRow
{
    public required string Id { get; init; }

    public required byte[] WrappedKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? RetiredAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<SessionKeyRow>
    {
        public void Configure(EntityTypeBuilder<SessionKeyRow> key) => key.ToTable("session_key").HasKey(k => k.Id);
    }
}

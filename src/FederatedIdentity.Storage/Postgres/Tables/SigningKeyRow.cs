using FederatedIdentity.Domain.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of signing_key. The private key is an envelope of the master key, and empty once the key is retired.</summary>
public sealed class SigningKeyRow
{
    public required string Kid { get; init; }

    public required int Number { get; init; }

    public required string Algorithm { get; init; }

    /// <summary>One of <see cref="SigningKeyState"/>.</summary>
    public required string State { get; set; }

    public required string PublicJwk { get; init; }

    public required byte[] WrappedPrivateKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; set; }

    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>Of a next key: to sign as soon as it may.</summary>
    public bool RotationOrdered { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<SigningKeyRow>
    {
        public void Configure(EntityTypeBuilder<SigningKeyRow> key)
        {
            key.ToTable("signing_key").HasKey(k => k.Kid);
            key.Property(k => k.PublicJwk).HasColumnType("json");
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>
/// One row of saml_provider: an identity provider that an account trusts. What logins need of the metadata document stands in columns
/// of its own, because the document may have ten million characters.
/// </summary>
public sealed class SamlProviderRow : IVersioned
{
    public required string Arn { get; init; }

    public required string AccountId { get; init; }

    public required string Name { get; init; }

    /// <summary>IAM's SAMLProviderUUID.</summary>
    public required Guid Id { get; init; }

    /// <summary>The document as it was uploaded.</summary>
    public required string Metadata { get; set; }

    public required string EntityId { get; set; }

    /// <summary>DER, SubjectPublicKeyInfo.</summary>
    public required byte[][] SigningKeys { get; set; }

    public DateTimeOffset? ValidUntil { get; set; }

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    public int Version { get; set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<SamlProviderRow>
    {
        public void Configure(EntityTypeBuilder<SamlProviderRow> provider)
        {
            provider.ToTable("saml_provider").HasKey(p => p.Arn);
            provider.Property(p => p.Tags).HasJsonColumn(StorageJson.Default.IReadOnlyDictionaryStringString);
            provider.Property(p => p.Version).IsConcurrencyToken();
        }
    }
}

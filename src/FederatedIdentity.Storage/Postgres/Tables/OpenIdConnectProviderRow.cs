using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of open_id_connect_provider: an issuer that an account trusts, with the audiences it may vouch for.</summary>
public sealed class OpenIdConnectProviderRow
{
    public required string Arn { get; init; }

    public required string AccountId { get; init; }

    /// <summary>The issuer exactly as its tokens name it.</summary>
    public required string Url { get; init; }

    public string[] Thumbprints { get; set; } = [];

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    public required DateTimeOffset CreatedAt { get; init; }

    public ICollection<OpenIdConnectProviderClientRow> Clients { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<OpenIdConnectProviderRow>
    {
        public void Configure(EntityTypeBuilder<OpenIdConnectProviderRow> provider)
        {
            provider.ToTable("open_id_connect_provider").HasKey(p => p.Arn);
            provider.Property(p => p.Tags).HasJsonColumn(StorageJson.Default.IReadOnlyDictionaryStringString);
            provider.HasMany(p => p.Clients).WithOne().HasForeignKey(c => c.Arn);
        }
    }
}

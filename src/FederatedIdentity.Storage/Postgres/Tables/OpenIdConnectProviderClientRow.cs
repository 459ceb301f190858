using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>One row of open_id_connect_provider_client: one audience of an OIDC provider.</summary>
public sealed class OpenIdConnectProviderClientRow
{
    public required string Arn { get; init; }

    public required string ClientId { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<OpenIdConnectProviderClientRow>
    {
        public void Configure(EntityTypeBuilder<OpenIdConnectProviderClientRow> client) =>
            client.ToTable("open_id_connect_provider_client").HasKey(c => new { c.Arn, c.ClientId });
    }
}

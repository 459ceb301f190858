using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>
/// One row of identity_pool; <see cref="ControlPlaneDb.LivePools"/> leaves out deleted ones. Collections are replaced, never changed
/// in place.
/// </summary>
public sealed class IdentityPoolRow : IVersioned
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    /// <summary>Order of creation, for paging; given by the database.</summary>
    public long Sequence { get; init; }

    public required string Name { get; set; }

    public required bool AllowUnauthenticated { get; set; }

    public bool? AllowClassicFlow { get; set; }

    public string? DeveloperProviderName { get; set; }

    public StoredProviders SupportedLoginProviders { get; set; } = StoredProviders.None;

    public IReadOnlyList<CognitoIdentityProvider> CognitoIdentityProviders { get; set; } = [];

    public string[] OpenIdConnectProviderArns { get; set; } = [];

    public string[] SamlProviderArns { get; set; } = [];

    public DefaultRoles Roles { get; set; } = new(null, null);

    public IReadOnlyDictionary<string, RoleMapping> RoleMappings { get; set; } = new Dictionary<string, RoleMapping>();

    public IReadOnlyDictionary<string, PrincipalTagMap> PrincipalTagMaps { get; set; } = new Dictionary<string, PrincipalTagMap>();

    public int Version { get; set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ModifiedAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public ICollection<IdentityPoolTagRow> Tags { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<IdentityPoolRow>
    {
        public void Configure(EntityTypeBuilder<IdentityPoolRow> pool)
        {
            pool.ToTable("identity_pool").HasKey(p => p.Id);
            pool.Property(p => p.Sequence).UseIdentityAlwaysColumn();
            pool.Property(p => p.SupportedLoginProviders).HasColumnType("jsonb").HasConversion(
                new ValueConverter<StoredProviders, string>(providers => providers.ToJson(), json => StoredProviders.Read(json)),
                new ValueComparer<StoredProviders>(
                    (a, b) => a!.ToJson() == b!.ToJson(),
                    providers => providers.ToJson().GetHashCode(StringComparison.Ordinal),
                    providers => providers));
            pool.Property(p => p.CognitoIdentityProviders)
                .HasJsonColumn(StorageJson.Default.IReadOnlyListCognitoIdentityProvider);
            pool.Property(p => p.Roles).HasJsonColumn(StorageJson.Default.DefaultRoles, "json");
            pool.Property(p => p.RoleMappings).HasJsonColumn(StorageJson.Default.IReadOnlyDictionaryStringRoleMapping, "json");
            pool.Property(p => p.PrincipalTagMaps).HasJsonColumn(StorageJson.Default.IReadOnlyDictionaryStringPrincipalTagMap, "json");
            pool.Property(p => p.Version).IsConcurrencyToken();
            pool.HasMany(p => p.Tags).WithOne().HasForeignKey(t => t.PoolId);
        }
    }
}

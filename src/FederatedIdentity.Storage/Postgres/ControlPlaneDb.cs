using System.Text.Json;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// The tables as the control plane sees them. A saved change of a versioned row raises its version, and fails with
/// <see cref="DbUpdateConcurrencyException"/> when somebody else was faster.
/// </summary>
public sealed class ControlPlaneDb(DbContextOptions<ControlPlaneDb> options) : DbContext(options)
{
    public DbSet<AccountRow> Accounts => Set<AccountRow>();

    public DbSet<AccessKeyRow> AccessKeys => Set<AccessKeyRow>();

    /// <summary>Deleted pools included, as long as they are being reaped.</summary>
    public DbSet<IdentityPoolRow> Pools => Set<IdentityPoolRow>();

    public DbSet<IdentityPoolTagRow> PoolTags => Set<IdentityPoolTagRow>();

    /// <summary>Identities of deleted pools included, as long as they are being reaped.</summary>
    public DbSet<IdentityRow> Identities => Set<IdentityRow>();

    public DbSet<LoginRow> Logins => Set<LoginRow>();

    public DbSet<OpenIdConnectProviderRow> OpenIdConnectProviders => Set<OpenIdConnectProviderRow>();

    public DbSet<SamlProviderRow> SamlProviders => Set<SamlProviderRow>();

    public DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();

    public DbSet<IamUserRow> IamUsers => Set<IamUserRow>();

    public DbSet<IamUserPolicyRow> IamUserPolicies => Set<IamUserPolicyRow>();

    public DbSet<IamRoleRow> IamRoles => Set<IamRoleRow>();

    public DbSet<IamRolePolicyRow> IamRolePolicies => Set<IamRolePolicyRow>();

    public DbSet<SessionKeyRow> SessionKeys => Set<SessionKeyRow>();

    public DbSet<PoolChangeRow> PoolChanges => Set<PoolChangeRow>();

    public DbSet<HousekeepingRow> HousekeepingLeases => Set<HousekeepingRow>();

    public IQueryable<IdentityPoolRow> LivePools => Pools.Where(pool => pool.DeletedAt == null);

    public IQueryable<IdentityRow> LiveIdentities => Identities.Where(identity => LivePools.Any(pool => pool.Id == identity.PoolId));

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        RaiseVersions();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        RaiseVersions();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ControlPlaneDb).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(table => table.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }

    private void RaiseVersions()
    {
        foreach (var row in ChangeTracker.Entries<IVersioned>().Where(row => row.State == EntityState.Modified))
        {
            // From the version that was read, so that saving again after a failure does not raise it twice.
            row.Entity.Version = row.Property(r => r.Version).OriginalValue + 1;
        }
    }
}

using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Tells whether the database has every migration this binary needs; migrations of a newer release do not disturb.</summary>
public sealed class SchemaVersion(IDbContextFactory<ControlPlaneDb> databases)
{
    public async Task<bool> IsCurrentAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return !(await db.Database.GetPendingMigrationsAsync(ct)).Any();
    }
}

using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Tells whether the database has every migration this binary needs; migrations of a newer release do not disturb.</summary>
public sealed class SchemaVersion(IDbContextFactory<ControlPlaneDb> databases, PostgresConnection postgres)
{
    /// <summary>Throws an <see cref="InvalidOperationException"/> when the database turns out to be reached in another way than was thought.</summary>
    public async Task<bool> IsCurrentAsync(CancellationToken ct)
    {
        if (postgres.IsGuess && Pooler.IsInFrontOf(postgres) is true)
        {
            throw new InvalidOperationException(
                "A pooler leads to PostgreSQL, and nobody answered at start. Start again, or set FederatedIdentity:Postgres:PgBouncer to true.");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return !(await db.Database.GetPendingMigrationsAsync(ct)).Any();
    }
}

using System.Data.Common;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Opens connections so that one which is not to be had says so in its own way.</summary>
internal static class PostgresOpening
{
    /// <summary>
    /// Waits as long as the connection's own timeout. Nobody's leaving ends that: a connection half made is finished, and serves the next.
    /// </summary>
    public static async Task OpenInTimeAsync(this DbConnection connection)
    {
        try
        {
            await connection.OpenAsync(CancellationToken.None);
        }
        catch (Exception exhausted) when (PostgresFailure.IsPoolExhausted(exhausted))
        {
            throw new DatabaseBusyException(exhausted);
        }
    }
}

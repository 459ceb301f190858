using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Lets a transaction that changes tables wait for each of its locks for a moment only, and otherwise take its time. A lock that is
/// waited for holds up everybody who comes after, so whoever does not get it soon has to step back and try again.
/// </summary>
/// <remarks>Said in the transaction, not to the session, so that it holds behind a pooler and against the role's own timeouts.</remarks>
internal sealed class BriefLocks : DbTransactionInterceptor
{
    /// <summary>A request that comes after waits as long, and is answered: its own patience is three times that.</summary>
    internal const string Sql =
        "set local lock_timeout = '1s'; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";

    public override async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = result;
        command.CommandText = Sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
        return result;
    }
}

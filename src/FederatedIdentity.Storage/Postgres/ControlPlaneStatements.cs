using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Holds EF to the rules of <see cref="Database"/>: opening a connection is repeated, and so is a query outside of a transaction; every
/// other statement is sent once; what was sent is never called back.
/// </summary>
internal sealed class ControlPlaneStatements(Repeats repeats, Overdue overdue)
    : IDbConnectionInterceptor, IDbCommandInterceptor, IDbTransactionInterceptor
{
    public async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
    {
        await OpenAsync(connection, cancellationToken);
        return InterceptionResult.Suppress();
    }

    public DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        result.CommandTimeout = 0; // See Stragglers.
        return result;
    }

    public async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken)
    {
        var isQuery = command.Transaction is null && eventData.CommandSource == CommandSource.LinqQuery;
        var reader = isQuery
            ? await QueryAsync(command, cancellationToken)
            : await AttendAsync(command.Connection!, command.ExecuteReaderAsync);
        return InterceptionResult<DbDataReader>.SuppressWithResult(reader);
    }

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken) =>
        InterceptionResult<int>.SuppressWithResult(await AttendAsync(command.Connection!, command.ExecuteNonQueryAsync));

    public async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken) =>
        InterceptionResult<object>.SuppressWithResult((await AttendAsync(command.Connection!, command.ExecuteScalarAsync))!);

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
    {
        await AttendAsync(transaction.Connection!, async ended =>
        {
            await transaction.CommitAsync(ended);
            return true;
        });
        return InterceptionResult.Suppress();
    }

    private Task<bool> OpenAsync(DbConnection connection, CancellationToken ct) => repeats.RunAsync(
        async () =>
        {
            await connection.OpenInTimeAsync();
            return true;
        },
        PostgresFailure.MayReopen,
        ct);

    private Task<DbDataReader> QueryAsync(DbCommand command, CancellationToken ct) => repeats.RunAsync(
        async () =>
        {
            if (command.Connection!.State != ConnectionState.Open)
            {
                await command.Connection.CloseAsync(); // Broken by the attempt before.
                await OpenAsync(command.Connection, ct);
            }

            return await AttendAsync(command.Connection, command.ExecuteReaderAsync);
        },
        failure => PostgresFailure.IsBroken(failure) || PostgresFailure.IsNotCommitted(failure),
        ct);

    private Task<T> AttendAsync<T>(DbConnection connection, Func<CancellationToken, Task<T>> send)
    {
        var statement = new Statement();
        statement.SendOn((NpgsqlConnection)connection);
        return overdue.WaitToTheEndAsync(statement, send(statement.Ended));
    }
}

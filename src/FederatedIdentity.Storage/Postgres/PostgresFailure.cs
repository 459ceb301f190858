using System.Net.Sockets;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>What a failure of PostgreSQL, or of the way to it, says about the statement that met it. Pure.</summary>
/// <remarks>docs/decisions/0012-what-is-retried.md</remarks>
public static class PostgresFailure
{
    private const string InvalidAuthorization = "28";
    private const string ProtocolViolation = "08P01";
    private const string IdleInTransactionTimeout = "25P03"; // The session is gone, because this process stood still for too long.

    /// <summary>
    /// Whether the database is away, overloaded or changing hands: it will be different later, and nobody here is to blame.
    /// </summary>
    public static bool IsOutage(Exception failure) => failure switch
    {
        DatabaseBusyException or TimeoutException => true,
        PostgresException said => said.IsTransient || IsReadOnly(said) || said.SqlState is ProtocolViolation or IdleInTransactionTimeout,
        NpgsqlException => true,
        { InnerException: { } inner } => IsOutage(inner), // As EF wraps them.
        _ => false,
    };

    /// <summary>
    /// Whether a connection that could not be opened may be asked for again. Nothing was sent, so whatever was to follow may follow.
    /// What is wrong with our own name, password or database does not become right by asking again.
    /// </summary>
    internal static bool MayReopen(Exception failure) => failure switch
    {
        PostgresException said =>
            !said.SqlState.StartsWith(InvalidAuthorization, StringComparison.Ordinal)
            && said.SqlState is not (PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.FeatureNotSupported),
        NpgsqlException => !IsPoolExhausted(failure),
        TimeoutException or SocketException or IOException => true,
        _ => false,
    };

    /// <summary>
    /// Whether the server said that it did not carry the statement out, for a reason that may be gone: it takes no writes, is shutting
    /// down, or chose this transaction to give way. An answer that never came says nothing.
    /// </summary>
    /// <remarks>
    /// admin_shutdown reaches a client only before the commit: a session that has to go while its commit waits for a standby closes
    /// without an answer.
    /// </remarks>
    internal static bool IsNotCommitted(Exception failure) => failure is PostgresException
    {
        SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.TooManyConnections,
    };

    /// <summary>
    /// Whether the connection broke, or a pooler between lost its own: the statement may have been carried out or not, and may be
    /// repeated only where that does not matter. Waiting in vain for an answer does not count, since more of the same helps nobody.
    /// </summary>
    internal static bool IsBroken(Exception failure) => failure switch
    {
        PostgresException said => said.SqlState is PostgresErrorCodes.CrashShutdown or ProtocolViolation,
        NpgsqlException { InnerException: IOException or SocketException } => true,
        _ => false,
    };

    /// <summary>Another request was faster, whichever way the server noticed.</summary>
    internal static bool IsLostRace(PostgresException said) => said.SqlState is PostgresErrorCodes.UniqueViolation
        or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>A row was refused for what is in it: data exceptions and violated constraints.</summary>
    internal static bool IsAboutRows(PostgresException said) =>
        said.SqlState.StartsWith("22", StringComparison.Ordinal) || said.SqlState.StartsWith("23", StringComparison.Ordinal);

    /// <summary>The server takes no writes: it is a standby, or was made one.</summary>
    internal static bool IsReadOnly(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>All connections stayed in use for as long as one is waited for, here or at the server.</summary>
    internal static bool IsPoolExhausted(Exception failure) => failure switch
    {
        // There is no other sign of it; a test holds Npgsql to these words.
        NpgsqlException { InnerException: TimeoutException } =>
            failure.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal),
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.Any(IsPoolExhausted),
        _ => false,
    };
}

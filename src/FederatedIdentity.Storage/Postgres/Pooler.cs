using System.Net.Sockets;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Tells a pooler, such as PgBouncer, from PostgreSQL itself.</summary>
internal static class Pooler
{
    private const string ProtocolViolation = "08P01";
    private const int PatienceSeconds = 2;

    /// <summary>
    /// A pooler refuses start-up options, or numbers its clients otherwise than PostgreSQL the process that serves them. Null when nobody
    /// answers, or not as a database does; whatever is wrong then says itself where it matters.
    /// </summary>
    public static bool? IsInFrontOf(PostgresConnection direct)
    {
        var once = new NpgsqlConnectionStringBuilder(direct.ConnectionString)
        {
            Pooling = false, Timeout = PatienceSeconds, CommandTimeout = PatienceSeconds,
        };
        try
        {
            using var source = new NpgsqlDataSourceBuilder(once.ConnectionString) { Name = "pooler" }.Build();
            using var connection = source.OpenConnection();
            using var command = new NpgsqlCommand("select pg_backend_pid()", connection);
            return command.ExecuteScalar() is int backend && backend != connection.ProcessID;
        }
        catch (PostgresException refused) when (
            refused.SqlState == ProtocolViolation && refused.MessageText.Contains("startup parameter", StringComparison.Ordinal))
        {
            return true;
        }
        catch (Exception unanswered) when (unanswered is NpgsqlException or TimeoutException or SocketException or IOException)
        {
            return null;
        }
    }
}

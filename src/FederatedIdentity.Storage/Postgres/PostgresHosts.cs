using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Finds the server that takes writes again after a failure: forgets what was known of each host, and the connections to one that turned
/// out to be a standby. Names are resolved anew with every new connection.
/// </summary>
internal sealed class PostgresHosts(NpgsqlDataSource connections, TimeProvider clock)
{
    /// <summary>So seldom at most, or a standby that is all there is would be flooded with new connections.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private long _last;

    public void Reconsider(Exception failure)
    {
        var several = connections as NpgsqlMultiHostDataSource;
        var isReadOnly = PostgresFailure.IsReadOnly(failure);
        if ((!isReadOnly && several is null) || !IsTime())
        {
            return;
        }

        several?.ClearDatabaseStates();
        if (isReadOnly)
        {
            connections.Clear();
        }
    }

    /// <summary>A server does not answer any more: what is idle of its connections is dropped before somebody gets one of them.</summary>
    public void LeaveSilent()
    {
        connections.Clear();
        (connections as NpgsqlMultiHostDataSource)?.ClearDatabaseStates();
    }

    private bool IsTime()
    {
        var last = Volatile.Read(ref _last);
        var now = clock.GetTimestamp();
        return (last == 0 || clock.GetElapsedTime(last, now) >= Interval) && Interlocked.CompareExchange(ref _last, now, last) == last;
    }
}

using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>A statement under way. Its connection is its own until it has ended, whoever still waits for it.</summary>
#pragma warning disable CA1001 // A source without a timer holds nothing that would have to be let go of.
internal sealed class Statement
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _end = new();

    private NpgsqlConnection? _connection;

    /// <summary>Whether anything was sent: until then it is certain that nothing happened.</summary>
    public bool IsSent => _connection is not null;

    public string? Host { get; private set; }

    public int Port { get; private set; }

    /// <summary>The process that works on it, as its server counts.</summary>
    public int Backend { get; private set; }

    /// <summary>Cancelled when its connection is given up.</summary>
    public CancellationToken Ended => _end.Token;

    public void SendOn(NpgsqlConnection connection)
    {
        (Host, Port, Backend) = (connection.Host, connection.Port, connection.ProcessID);
        _connection = connection;
    }

    /// <summary>
    /// Gives up the connection. Npgsql first asks the server to stop, and blocks until it is told or has waited in vain: that takes a
    /// thread which nobody else needs.
    /// </summary>
    public void GiveUp()
    {
        if (!_end.IsCancellationRequested)
        {
            new Thread(_end.Cancel) { IsBackground = true, Name = "PostgreSQL connection given up" }.Start();
        }
    }
}

using System.Net.Sockets;
using System.Text;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>Speaks to Redis by hand, for what an operator would type.</summary>
internal sealed class RedisWire : IDisposable
{
    private readonly TcpClient _connection;
    private readonly StreamReader _answers;

    private RedisWire(TcpClient connection) => (_connection, _answers) = (connection, new(connection.GetStream(), Encoding.UTF8));

    public static async Task<RedisWire> ConnectAsync(int port)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", port);
        return new RedisWire(connection);
    }

    /// <summary>An inline command; its status line, or the text of a bulk answer.</summary>
    public async Task<string> CallAsync(string command)
    {
        await _connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"));
        var first = await _answers.ReadLineAsync() ?? throw new IOException("Redis hung up.");
        if (first[0] != '$')
        {
            return first;
        }

        var text = new char[int.Parse(first[1..], null) + 2]; // What INFO says is ASCII.
        await _answers.ReadBlockAsync(text);
        return new string(text[..^2]);
    }

    /// <summary>After MONITOR: how many of the lines that come until the connection is closed are of a kind.</summary>
    public async Task<int> CountAsync(Func<string, bool> kind)
    {
        var count = 0;
        try
        {
            while (await _answers.ReadLineAsync() is { } line)
            {
                count += kind(line) ? 1 : 0;
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // Enough.
        }

        return count;
    }

    public void Dispose()
    {
        _answers.Dispose();
        _connection.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace FederatedIdentity.Benchmarks.Load.Steady;

/// <summary>One connection and its thread, which sleeps until a request is due, sends it and waits for its answer.</summary>
internal sealed partial class PacedSender(IPEndPoint server, byte[][] requests, Timetable timetable)
{
    private readonly byte[] _answer = new byte[16 * 1024];
    private int _next = Environment.CurrentManagedThreadId;

    /// <summary>In microseconds, of every request that was answered well.</summary>
    public List<int> Latencies { get; } = [];

    public int Failed { get; private set; }

    /// <summary>The last answer that was not a good one.</summary>
    public string? Failure { get; private set; }

    public void Run()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        Ask(socket); // One that nobody measures, for whatever takes long the first time.
        while (timetable.Next() is { } due)
        {
            // A request that finds its connection idle is sent a little late by the timer, which is not the server's fault.
            var started = WaitUntil(due) ? Stopwatch.GetTimestamp() : due;
            if (Ask(socket))
            {
                Latencies.Add((int)Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }
            else
            {
                Failed++;
            }
        }
    }

    /// <summary>Whether the answer is a good one.</summary>
    private bool Ask(Socket socket)
    {
        socket.Send(requests[_next++ % requests.Length]);
        var answer = Receive(socket);
        if (answer.StartsWith("HTTP/1.1 200 "u8))
        {
            return true;
        }

        Failure = Encoding.ASCII.GetString(answer).ReplaceLineEndings(" ");
        return false;
    }

    private static bool WaitUntil(long due)
    {
        var left = (due - Stopwatch.GetTimestamp()) * 1_000_000 / Stopwatch.Frequency;
        if (left <= 0)
        {
            return false;
        }

        _ = Sleep((uint)left);
        return true;
    }

    /// <summary>The answer, once all of it has come. Our server always says how long that is.</summary>
    private ReadOnlySpan<byte> Receive(Socket socket)
    {
        var (size, whole) = (0, int.MaxValue);
        while (size < whole)
        {
            var read = socket.Receive(_answer, size, _answer.Length - size, SocketFlags.None);
            if (read == 0)
            {
                throw new EndOfStreamException("The server closed the connection.");
            }

            size += read;
            if (whole == int.MaxValue && _answer.AsSpan(0, size).IndexOf("\r\n\r\n"u8) is var end and >= 0)
            {
                whole = end + 4 + LengthOfBody(Encoding.ASCII.GetString(_answer, 0, end));
            }
        }

        return _answer.AsSpan(0, size);
    }

    private static int LengthOfBody(string head)
    {
        const string Name = "\r\nContent-Length: ";
        var value = head.AsSpan(head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length);
        var end = value.IndexOf('\r');
        return int.Parse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    // .NET sleeps for whole milliseconds, of which a request may take none.
    [DllImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sleep(uint micros);
}

using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Overload;

/// <summary>
/// How many clients may be connected; one more is hung up on at once. Kestrel's own limit would write a line for each of them, and count
/// for ever what never ends. There is always a limit: a listener that runs out of file descriptors tries again without end, on a whole core.
/// </summary>
internal sealed class ConnectionLimit
{
    private const int Most = 16_384;
    private const string Limits = "/proc/self/limits";

    private readonly int _limit;
    private readonly Refusals _refusals;
    private int _open;

    /// <summary>How long a connection is still served after it was closed; longer than any call takes.</summary>
    internal TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    public ConnectionLimit(IOptions<OverloadOptions> options, Refusals refusals, IMeterFactory meters)
    {
        (_limit, _refusals) = (options.Value.Connections ?? Math.Min(Most, FilesAllowed() / 4 * 3), refusals);
        var meter = meters.Create(Refusals.MeterName);
        meter.CreateObservableGauge(
            "federated_identity.overload.connections", () => _open, "{connection}", "Open connections of clients.");
        meter.CreateObservableGauge(
            "federated_identity.overload.connections.limit", () => _limit, "{connection}", "How many connections clients may open.");
    }

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= _limit)
            {
                await EndAsync(next(connection), connection.ConnectionClosed);
                return;
            }

            _refusals.Add(RefusalReason.ConnectionsFull);
            connection.Abort(new ConnectionAbortedException("Too many connections."));
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>
    /// Kestrel breaks an HTTP/2 connection off that is flooded with frames, and may then wait for its streams without end. Such a connection
    /// would count for ever, and hold up the server's own end.
    /// </summary>
    private async Task EndAsync(Task serving, CancellationToken closed)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = closed.UnsafeRegister(state => ((TaskCompletionSource)state!).TrySetResult(), gone);
        await Task.WhenAny(serving, gone.Task);
        try
        {
            await serving.WaitAsync(Grace, CancellationToken.None);
        }
        catch (TimeoutException) when (!serving.IsCompleted)
        {
            // Closed, and given up.
        }
    }

    /// <summary>How many files and sockets this process may have open; the runtime has raised it as far as it goes.</summary>
    internal static int FilesAllowed()
    {
        var line = File.Exists(Limits)
            ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            : null;
        var soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(3);
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : int.MaxValue;
    }
}

using System.Buffers;
using FederatedIdentity.Server.Overload;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// A request's whole body in a rented buffer, at most <see cref="Limit"/> bytes; dispose it when nothing refers to it any more.
/// </summary>
internal readonly struct RequestBody : IDisposable
{
    /// <summary>The largest body that is read. The largest legal input, ten tokens of 50,000 characters, is half of it.</summary>
    public const int Limit = 1 << 20;

    /// <summary>
    /// How much of a body that is too large the server still takes in, to drop it: a client that sends everything before it reads
    /// would otherwise meet a broken connection and never see the answer. Counts the framing of chunks, which the limit does not.
    /// </summary>
    public const int Drained = 16 * Limit;

    /// <summary>
    /// How long a whole body may take. Kestrel's least rate alone lets a mebibyte trickle in for an hour, and a call has to be over within
    /// the time that a drain takes.
    /// </summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly byte[] _rented;
    private readonly BodyBudget.Share _share;

    private RequestBody(byte[] rented, int length, BodyBudget.Share share) =>
        (_rented, Bytes, _share) = (rented, rented.AsMemory(0, length), share);

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>
    /// The body, or why there is none: it is too large, too slow, more than the <paramref name="budget"/> has left, or no HTTP.
    /// </summary>
    public static async ValueTask<(RequestBody? Body, ApiError? Error)> ReadAsync(HttpContext http, BodyBudget budget)
    {
        if (http.Request.ContentLength > Limit)
        {
            return (null, ApiError.RequestTooLarge());
        }

        var share = budget.Open();
        RequestBody? body = null;
        try
        {
            (body, var error) = await ReadAsync(http, share);
            return (body, error);
        }
        catch (IOException malformed) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Kestrel's own limits and framing errors; a chunk's absurd length is no BadHttpRequestException.
            return (null, (malformed as BadHttpRequestException)?.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => ApiError.RequestTooLarge(),
                StatusCodes.Status408RequestTimeout => ApiError.RequestTimeout(),
                _ => ApiError.Serialization("The request body could not be read."),
            });
        }
        finally
        {
            if (body is null)
            {
                share.Dispose();
            }
        }
    }

    /// <summary>The buffer goes back emptied: it held login tokens.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
        _share.Dispose();
    }

    private static async ValueTask<(RequestBody? Body, ApiError? Error)> ReadAsync(HttpContext http, BodyBudget.Share share)
    {
        var reader = http.Request.BodyReader;
        Timer? patience = null; // Most bodies have arrived with their headers and need none.
        try
        {
            while (true)
            {
                if (!reader.TryRead(out var read))
                {
                    // A read that a token breaks off leaves Kestrel unable to take in the rest, about which it writes an error.
                    patience ??= new Timer(_ => reader.CancelPendingRead(), null, Deadline, Timeout.InfiniteTimeSpan);
                    read = await reader.ReadAsync(http.RequestAborted);
                }

                var length = read.Buffer.Length;
                var error = read.IsCanceled ? ApiError.RequestTimeout()
                    : length > Limit ? ApiError.RequestTooLarge()
                    : share.TryGrowTo(length) ? null
                    : ApiError.TooManyRequests();
                if (error is not null)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return (null, error);
                }

                if (read.IsCompleted)
                {
                    var rented = ArrayPool<byte>.Shared.Rent((int)length);
                    read.Buffer.CopyTo(rented);
                    reader.AdvanceTo(read.Buffer.End);
                    return (new RequestBody(rented, (int)length, share), null);
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        finally
        {
            if (patience is not null)
            {
                await patience.DisposeAsync(); // It must not fire into what Kestrel reads next.
            }
        }
    }
}

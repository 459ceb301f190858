using System.Buffers;

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

    private readonly byte[] _rented;

    private RequestBody(byte[] rented, int length) => (_rented, Bytes) = (rented, rented.AsMemory(0, length));

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The body, or why there is none: it is too large, or what arrived is no HTTP.</summary>
    public static async ValueTask<(RequestBody? Body, ApiError? Error)> ReadAsync(HttpContext http)
    {
        try
        {
            return await ReadAsync(http.Request, http.RequestAborted) is { } body ? (body, null) : (null, ApiError.RequestTooLarge());
        }
        catch (IOException malformed) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Kestrel's own limits and framing errors; a chunk's absurd length is no BadHttpRequestException.
            return (null, malformed is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
                ? ApiError.RequestTooLarge()
                : ApiError.Serialization("The request body could not be read."));
        }
    }

    /// <summary>Null when the body is larger than <see cref="Limit"/>.</summary>
    private static async ValueTask<RequestBody?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > Limit)
        {
            return null;
        }

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            if (read.Buffer.Length > Limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var length = (int)read.Buffer.Length;
                var rented = ArrayPool<byte>.Shared.Rent(length);
                read.Buffer.CopyTo(rented);
                reader.AdvanceTo(read.Buffer.End);
                return new RequestBody(rented, length);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The buffer goes back emptied: it held login tokens.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
}

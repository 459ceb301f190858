namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// A request as its signer saw it: <paramref name="Path"/> and <paramref name="Query"/> (without its question mark) are still
/// encoded as they came over the wire, <paramref name="Body"/> is the raw bytes.
/// </summary>
internal readonly record struct SigV4Request(
    string Method, string Path, string Query, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body);

/// <summary>Whether a request proves who sent it.</summary>
internal abstract record SigV4Verdict
{
    private SigV4Verdict()
    {
    }

    /// <summary>The region is that of the signature's scope: one of those that count.</summary>
    public sealed record Signed(Caller Caller, string Region) : SigV4Verdict;

    public sealed record Refused(ApiError Error) : SigV4Verdict;
}

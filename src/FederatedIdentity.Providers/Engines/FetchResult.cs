using System.Net;

namespace FederatedIdentity.Providers.Engines;

/// <summary>What came of one outbound call: a complete answer within the limits, or a reason for the log.</summary>
internal abstract record FetchResult
{
    private FetchResult() { }

    /// <summary>
    /// An answer of any status. <paramref name="MaxAge"/> is zero when the answer forbids caching and null when it says nothing.
    /// </summary>
    public sealed record Ok(HttpStatusCode Status, byte[] Body, TimeSpan? MaxAge, TimeSpan Age) : FetchResult;

    /// <summary>No usable answer. <paramref name="Detail"/> names host and cause, never a query or a header.</summary>
    public sealed record Failed(string Detail) : FetchResult;
}

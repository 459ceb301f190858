using System.Net;

namespace FederatedIdentity.Providers.Engines;

/// <summary>How a call to a provider ended.</summary>
internal enum ExchangeEnd : byte
{
    /// <summary>With a complete answer of any status.</summary>
    Answered,

    /// <summary>With an answer that is refused: too large, compressed, or not HTTP.</summary>
    Unusable,

    /// <summary>Without a complete answer, because the connection failed.</summary>
    Unreachable,

    TimedOut,

    /// <summary>Before it began: the host was found dead a moment ago.</summary>
    CircuitOpen,

    /// <summary>Before it began: too many calls to the host are under way.</summary>
    Overloaded,
}

/// <summary>One attempt to get an answer from a provider: its end, and what the caller is told.</summary>
internal sealed record Exchange(ExchangeEnd End, FetchResult Result)
{
    /// <summary>
    /// Whether it shows that the host is out of order. Only what a caller cannot bring about counts: were a 500, any 4xx or a 429
    /// among it, whoever sends odd tokens could shut the door for everybody.
    /// </summary>
    public bool ShowsOutage =>
        End is ExchangeEnd.Unreachable or ExchangeEnd.TimedOut
        || Result is FetchResult.Ok
        {
            Status: HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout,
        };

    /// <summary>Whether a second attempt may fare better. One that ran out of time would run out of it again.</summary>
    public bool IsWorthRepeating => ShowsOutage && End != ExchangeEnd.TimedOut;

    public static Exchange Failed(ExchangeEnd end, string host, string cause) => new(end, new FetchResult.Failed($"{host}: {cause}"));
}

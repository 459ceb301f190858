using System.Net;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Server.Overload;

namespace FederatedIdentity.Server.Protocol;

/// <summary>What is known of one call besides its input. <see cref="Caller"/> is set for signed operations, and only then.</summary>
internal sealed class CallContext(string requestId, IPAddress? source) : ICommitWait
{
    public string RequestId { get; } = requestId;

    /// <summary>The client's address, as far as <see cref="Hosting.TrustedProxies"/> can tell; IPv4 is never written as IPv6.</summary>
    public IPAddress? Source { get; } = source;

    /// <summary>What rate limits count the client's address as.</summary>
    public string? SourceName => field ??= Source is { } address ? Throttling.SourceName.Of(address) : null;

    /// <summary>The operation that the call names, once it is known to be one; for the log line and metrics.</summary>
    public string? Operation { get; set; }

    /// <summary>The service of an AWS Query call, once its version names one.</summary>
    public QueryApi? Service { get; set; }

    public Caller? Caller { get; set; }

    /// <summary>The pool that the call turned out to be about; for the log line alone.</summary>
    public string? Pool { get; set; }

    /// <summary>
    /// Whether answers may show the caller the secrets that a pool's settings hold; decided where permission for the call is.
    /// </summary>
    public bool MaySeeSecrets { get; set; }

    /// <summary>The call's right to work, once it was let in.</summary>
    public Place? Place { get; set; }

    /// <summary>Whether the call was turned away because of overload: metrics count such calls, and no line is written for each.</summary>
    public bool WasTurnedAway { get; set; }

    /// <summary>The account of a signed call.</summary>
    public string AccountId => Caller?.AccountId ?? throw new InvalidOperationException("A public operation has no caller.");

    /// <summary>
    /// Waits for somebody who is not this server or its database: everything that may take seconds waits here, so that nobody else has to.
    /// </summary>
    public ValueTask<T> OutsideAsync<T>(string whom, Task<T> answer) => Place is { } place ? place.OutsideAsync(whom, answer) : new(answer);

    /// <summary>Waits for the disk or the standby, so that those who only read do not have to.</summary>
    public ValueTask<T> CommittedAsync<T>(Task<T> commit) => Place is { } place ? place.CommittedAsync(commit) : new(commit);
}

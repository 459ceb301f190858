using System.Net;

namespace FederatedIdentity.Server.Protocol;

/// <summary>What is known of one call besides its input. <see cref="Caller"/> is set for signed operations, and only then.</summary>
internal sealed class CallContext(string requestId, IPAddress? source)
{
    public string RequestId { get; } = requestId;

    public IPAddress? Source { get; } = source;

    public Caller? Caller { get; set; }

    /// <summary>The pool that the call turned out to be about; for the log line alone.</summary>
    public string? Pool { get; set; }

    /// <summary>
    /// Whether answers may show the caller the secrets that a pool's settings hold: the account's root alone. This is the one place
    /// that decides it.
    /// </summary>
    public bool MaySeeSecrets => Caller is { IsRoot: true };

    /// <summary>The account of a signed call.</summary>
    public string AccountId => Caller?.AccountId ?? throw new InvalidOperationException("A public operation has no caller.");
}

/// <summary>Who signed a call: the account that owns the access key, and the user's or root's ARN.</summary>
internal sealed record Caller(string AccountId, string Arn)
{
    public bool IsRoot => Arn.Split(':') is ["arn", _, "iam", "", var account, "root"] && account == AccountId;
}

using System.Net.Http.Headers;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// One call to a provider. <paramref name="Kind"/> is the provider's name in metrics, from the closed set of <see cref="ProviderList"/>;
/// an answer of more than <paramref name="MaxBytes"/> is refused.
/// </summary>
internal sealed record OutboundRequest(string Kind, Uri Url, int MaxBytes)
{
    /// <summary>What a provider may answer about one token.</summary>
    public const int TokenAnswer = 64 * 1024;

    /// <summary>Discovery documents and key sets.</summary>
    public const int Document = 1024 * 1024;

    public string Accept { get; init; } = "application/json";

    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>Makes the Authorization of each attempt afresh, for signatures whose nonce may be seen only once.</summary>
    public Func<AuthenticationHeaderValue>? Sign { get; init; }

    /// <summary>Further headers of the request; nothing of them is ever logged.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Certificates that vouch for the server when no trusted authority does.</summary>
    public Thumbprints Thumbprints { get; init; } = Thumbprints.None;

    /// <summary>Makes the call a POST, which is never sent twice; without it, it is a GET.</summary>
    public OutboundBody? Body { get; init; }

    /// <summary>Without path, query and headers: tokens and secrets travel in them.</summary>
    public override string ToString() => $"{Kind} {Url.Authority}";
}

/// <summary>What a POST carries.</summary>
internal sealed record OutboundBody(byte[] Content, string ContentType);

using System.Text;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Where an issuer's keys come from. With an <paramref name="Issuer"/>, <paramref name="Url"/> is a discovery document that has to
/// name exactly this issuer; without one it is the key set itself. <paramref name="KeyHosts"/> are further hosts that may serve the keys.
/// <paramref name="Kind"/> is the provider's name in metrics.
/// </summary>
internal sealed record KeySource(string Kind, string Url, string? Issuer, IReadOnlyList<string> KeyHosts)
{
    /// <summary>Certificates that vouch for the issuer's servers when no trusted authority does.</summary>
    public Thumbprints Thumbprints { get; init; } = Thumbprints.None;

    public static KeySource Discovery(string kind, string url, string issuer, IReadOnlyList<string> keyHosts) =>
        new(kind, url, issuer, keyHosts);

    public static KeySource Keys(string kind, string url) => new(kind, url, null, []);

    /// <summary>The discovery document's place (OpenID Connect Discovery 1.0, 4): below the issuer without its last slash.</summary>
    public static string WellKnown(string issuer) =>
        string.Concat(issuer.AsSpan().EndsWith("/") ? issuer.AsSpan(..^1) : issuer, "/.well-known/openid-configuration");

    /// <summary>Everything that the keys depend on: sources with the same parts are the same.</summary>
    public string[] Parts =>
    [
        Kind, Url, Issuer is null ? "key set" : "discovery document", Issuer ?? "",
        .. KeyHosts.Select(host => $"host {host}"), .. Thumbprints.Hex.Select(hex => $"thumbprint {hex}"),
    ];

    /// <summary>Whether keys may be fetched from there, be it named by the discovery document or by ourselves.</summary>
    public bool MayHaveKeysAt(Uri keys) =>
        Issuer is null
            ? Uri.TryCreate(Url, UriKind.Absolute, out var own) && own.AbsoluteUri == keys.AbsoluteUri
            : Ascii.IsValid(keys.Host) && MayServeKeys(keys);

    /// <summary>Whether a discovery document may send us there: to the issuer's own domain, the document's own, or a pinned host.</summary>
    public bool MayServeKeys(Uri keys) =>
        SameDomain(keys, Url)
        || (Issuer is not null && SameDomain(keys, Issuer))
        || KeyHosts.Any(host => string.Equals(host, keys.Host, StringComparison.OrdinalIgnoreCase));

    private static bool SameDomain(Uri keys, string other)
    {
        if (!Uri.TryCreate(other, UriKind.Absolute, out var url))
        {
            return false;
        }

        return string.Equals(keys.Host, url.Host, StringComparison.OrdinalIgnoreCase)
            || (keys.HostNameType == UriHostNameType.Dns && url.HostNameType == UriHostNameType.Dns
                && string.Equals(Registrable(keys.Host), Registrable(url.Host), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// An approximation without the public suffix list: two labels, or three below short second-level suffixes such as co.uk. It only
    /// decides whether an issuer's own, genuine document may point to a neighbour; the issuer itself is always compared whole.
    /// </summary>
    private static string Registrable(string host)
    {
        var labels = host.TrimEnd('.').Split('.');
        var wanted = labels.Length > 2 && labels[^1].Length == 2 && labels[^2].Length <= 3 ? 3 : 2;
        return labels.Length < 2 ? host : string.Join('.', labels[^wanted..]);
    }
}

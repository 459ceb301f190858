using System.Globalization;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Which hosts beyond the public internet may be called, and through which proxy; by default none and directly.</summary>
public sealed class OutboundOptions
{
    public const string Section = "FederatedIdentity:Outbound";

    /// <summary><c>host</c> or <c>host:port</c> that may be reached although private, loopback, an IP literal or plain http.</summary>
    public IList<string> AllowedPrivateHosts { get; } = [];

    /// <summary>URL of an egress proxy for every call; it then resolves the names.</summary>
    public string? Proxy { get; set; }

    /// <summary>Whether this host may be reached although private, loopback, an IP literal or plain http.</summary>
    public bool Allows(string host, int port)
    {
        host = host.Trim('[', ']');
        foreach (var entry in AllowedPrivateHosts)
        {
            if (TryParseHost(entry, out var allowedHost, out var allowedPort)
                && string.Equals(allowedHost, host, StringComparison.OrdinalIgnoreCase)
                && (allowedPort ?? port) == port)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Splits <c>host</c>, <c>host:port</c>, <c>[v6]</c>, <c>[v6]:port</c> or a bare IPv6 address.</summary>
    internal static bool TryParseHost(string entry, out string host, out int? port)
    {
        (host, port) = (entry.Trim('[', ']'), null);
        var colon = entry.LastIndexOf(':');
        var endsInPort = colon > 0 && (entry[colon - 1] == ']' || entry.IndexOf(':', StringComparison.Ordinal) == colon);
        if (endsInPort)
        {
            if (!ushort.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                return false;
            }

            (host, port) = (entry[..colon].Trim('[', ']'), number);
        }

        return Uri.CheckHostName(host) is not (UriHostNameType.Unknown or UriHostNameType.Basic);
    }
}

/// <summary>Stops the start over outbound settings that could not work, and names every one of them.</summary>
internal sealed class OutboundOptionsValidator : IValidateOptions<OutboundOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        var faults = options.AllowedPrivateHosts
            .Where(entry => !OutboundOptions.TryParseHost(entry, out _, out _))
            .Select(entry => $"{OutboundOptions.Section}:AllowedPrivateHosts: '{entry}' is neither a host nor host:port.")
            .ToList();

        if (options.Proxy is { } proxy && !(Uri.TryCreate(proxy, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            // The value may carry a password, so it is not repeated.
            faults.Add($"{OutboundOptions.Section}:Proxy is not an absolute http or https URL.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

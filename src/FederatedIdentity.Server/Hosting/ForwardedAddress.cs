using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Reads the addresses that proxies write down, and nothing that could be read in two ways. An IPv4 address in IPv6 notation is the IPv4
/// address.
/// </summary>
internal static class ForwardedAddress
{
    private const int LongestPort = 5;

    private static readonly SearchValues<char> _ofIPv6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>One element of X-Forwarded-For: an address, perhaps with a port; null when it is anything else.</summary>
    public static IPAddress? Parse(ReadOnlySpan<char> element)
    {
        element = element.Trim(" \t");
        if (element is ['[', ..])
        {
            var end = element.IndexOf(']');
            return end > 0 && IsPortOrNothing(element[(end + 1)..]) && element[1..end].Contains(':') ? Bare(element[1..end]) : null;
        }

        var colon = element.IndexOf(':');
        return colon >= 0 && colon == element.LastIndexOf(':') // More than one colon is IPv6, which has a port only after a bracket.
            ? IsPortOrNothing(element[colon..]) ? Bare(element[..colon]) : null
            : Bare(element);
    }

    /// <summary>Null unless the whole text is an address.</summary>
    public static IPAddress? Bare(ReadOnlySpan<char> text)
    {
        // The platform also takes 1, 010.0.0.1 (octal), [::1] and fe80::1%eth0.
        if (text.ContainsAnyExcept(_ofIPv6) || !IPAddress.TryParse(text, out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && !text.SequenceEqual(address.ToString())))
        {
            return null;
        }

        return Plain(address);
    }

    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && text.Length <= 1 + LongestPort
            && ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _));
}

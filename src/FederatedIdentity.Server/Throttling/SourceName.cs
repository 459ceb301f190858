using System.Net;
using System.Net.Sockets;

namespace FederatedIdentity.Server.Throttling;

/// <summary>
/// What an address is counted as: an IPv4 address as itself, an IPv6 address as its /64 network, all of which is one subscriber's.
/// </summary>
internal static class SourceName
{
    private const int Network = 8;

    public static string Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[Network..].Clear();
        return new IPAddress(bytes).ToString();
    }
}

using System.Net;
using System.Net.Sockets;

namespace FederatedIdentity.Server.Hosting;

/// <summary>Where and how a replica is asked whether it is ready.</summary>
internal sealed record HealthTarget(EndPoint EndPoint, string Host, string Path)
{
    private const string ReadyPath = "/health/ready";
    private const string ManagementPort = $"{ManagementOptions.Section}:{nameof(ManagementOptions.Port)}";
    private const string ManagementAddress = $"{ManagementOptions.Section}:{nameof(ManagementOptions.Address)}";

    /// <summary>A whole request, after whose answer the connection ends.</summary>
    public string Request => $"GET {Path} HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n";

    /// <summary>Null for anything that is not an http URL; one without a path means the server there.</summary>
    public static HealthTarget? FromUrl(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.UserInfo is ""
            ? new(EndPointOf(url.IdnHost, url.Port), url.Authority, url.PathAndQuery is "/" ? ReadyPath : url.PathAndQuery)
            : null;

    /// <summary>
    /// The management port, or else the first address of the server. Null when that is not known in advance, as with port 0.
    /// </summary>
    public static HealthTarget? OfThisMachine(IConfiguration configuration)
    {
        if (configuration[ManagementPort] is { Length: > 0 } management)
        {
            return int.TryParse(management, out var port) && port is > 0 and <= IPEndPoint.MaxPort
                ? At(configuration[ManagementAddress], port)
                : null;
        }

        try
        {
            return HttpVersions.Addresses(configuration) is [var first, ..] ? Of(BindingAddress.Parse(first)) : null;
        }
        catch (FormatException)
        {
            return null; // The server does not start with it either.
        }
    }

    public Socket NewSocket() => EndPoint switch
    {
        UnixDomainSocketEndPoint => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
        IPEndPoint ip => new(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
        _ => new(SocketType.Stream, ProtocolType.Tcp),
    };

    public override string ToString() => $"http://{Host}{Path}";

    /// <summary>A server that listens everywhere listens on loopback too; one that was given an address listens there alone.</summary>
    private static HealthTarget? Of(BindingAddress address)
    {
        if (address.IsUnixPipe)
        {
            return new(new UnixDomainSocketEndPoint(address.UnixPipePath), "localhost", ReadyPath);
        }

        if (address.Port == 0)
        {
            return null;
        }

        return At(address.Host, address.Port);
    }

    private static HealthTarget At(string? host, int port)
    {
        var isOne = IPAddress.TryParse(host, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any);
        var endPoint = new IPEndPoint(isOne ? ip! : IPAddress.Loopback, port);
        return new(endPoint, $"{endPoint}", ReadyPath);
    }

    private static EndPoint EndPointOf(string host, int port) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
}

using System.Net;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>The proxies in front of this server that may say whom they forward for.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "FederatedIdentity";

    /// <summary>Addresses, or networks in CIDR notation. Whoever is not among them is the client itself.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>
    /// Null unless the text is an address or a network whose bits behind the prefix are zero. Everybody's network is none: with it each
    /// client could say who it is.
    /// </summary>
    public static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (ForwardedAddress.Bare(slash < 0 ? text : text.AsSpan(0, slash)) is not { } address)
        {
            return null;
        }

        if (slash < 0)
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 && network.BaseAddress.Equals(address)
            ? network
            : null;
    }
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        string[] faults =
        [
            .. options.TrustedProxies.Where(text => ProxyOptions.Parse(text) is null).Select(text =>
                $"{ProxyOptions.Section}:TrustedProxies: '{text}' is no address and no network such as 10.0.0.0/8 or 2001:db8::/32."),
        ];
        return faults is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

using System.Net;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>Where those who run the server look at it: probes and metrics, apart from the port of its clients.</summary>
internal sealed class ManagementOptions
{
    public const string Section = "FederatedIdentity:Management";

    /// <summary>Without it, there is no such listener.</summary>
    public int? Port { get; set; }

    /// <summary>An address of this machine; without it, all of them.</summary>
    public string? Address { get; set; }
}

internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    public ValidateOptionsResult Validate(string? name, ManagementOptions options)
    {
        string[] faults = [.. Faults(options)];
        return faults is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(ManagementOptions options)
    {
        if (options.Port is < 1 or > IPEndPoint.MaxPort)
        {
            yield return $"{ManagementOptions.Section}:Port must be between 1 and {IPEndPoint.MaxPort}.";
        }

        if (options.Address is { Length: > 0 } address && !IPAddress.TryParse(address, out _))
        {
            yield return $"{ManagementOptions.Section}:Address must be an IP address.";
        }
    }
}

using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>What OpenTelemetry has no variable for: whose traces this server's spans may become part of.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "FederatedIdentity:Telemetry";

    /// <summary>
    /// Addresses or networks of peers whose <c>traceparent</c> is continued. They must replace what strangers send, and not just pass it
    /// on, as most proxies do.
    /// </summary>
    public IList<string> TrustedParents { get; } = [];
}

internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        string[] faults =
        [
            .. options.TrustedParents.Where(text => ProxyOptions.Parse(text) is null).Select(text =>
                $"{TelemetryOptions.Section}:TrustedParents: '{text}' is no address and no network such as 10.0.0.0/8 or 2001:db8::/32."),
        ];
        return faults is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

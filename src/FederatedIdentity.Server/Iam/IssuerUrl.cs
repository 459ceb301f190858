using System.Text.RegularExpressions;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Server.Iam;

/// <summary>Which URLs may be registered as issuers. As an extension the host may carry a port.</summary>
internal static partial class IssuerUrl
{
    /// <summary>Null when it may. Plain http is for the hosts that the operator allowed it for.</summary>
    public static ApiError? Objection(string url, OutboundOptions outbound)
    {
        if (!Form().IsMatch(url) || !Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            return QueryErrors.InvalidInput(
                "Invalid Open ID Connect Provider URL: it must be https://, a host and perhaps a path, without query and fragment.");
        }

        return parsed.Scheme == Uri.UriSchemeHttps || outbound.Allows(parsed.Host, parsed.Port)
            ? null
            : QueryErrors.InvalidInput("Invalid Open ID Connect Provider URL: it must begin with https://.");
    }

    /// <summary>What a pool accepts in the ARN, after a scheme that tokens name in lower case.</summary>
    [GeneratedRegex(@"\Ahttps?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[\x21\x22\x24-\x3e\x40-\x7e]*)?\z")]
    private static partial Regex Form();
}

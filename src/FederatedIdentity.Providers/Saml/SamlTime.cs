using System.Globalization;
using System.Text.RegularExpressions;

namespace FederatedIdentity.Providers.Saml;

/// <summary>The xs:dateTime of SAML, which is always UTC and says so with a Z; its fraction of a second is not looked at.</summary>
/// <remarks>SAML core 1.3.3, which also rules leap seconds out.</remarks>
internal static partial class SamlTime
{
    /// <summary>Null for everything else.</summary>
    public static DateTimeOffset? Read(string? text) =>
        text is not null && Form().Match(text) is { Success: true } match
        && DateTimeOffset.TryParseExact(
            match.Groups[1].ValueSpan,
            "yyyy-MM-dd'T'HH:mm:ss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time)
            ? time
            : null;

    [GeneratedRegex(@"\A([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,12})?Z\z")]
    private static partial Regex Form();
}

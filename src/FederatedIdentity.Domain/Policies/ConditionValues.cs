using System.Globalization;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads what policies and requests write as text; null for what is not well written.</summary>
internal static class ConditionValues
{
    private const NumberStyles Decimals =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    // https://www.w3.org/TR/NOTE-datetime; a time without zone is UTC.
    private static readonly string[] _dates =
    [
        "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    ];

    public static decimal? Number(string text) =>
        decimal.TryParse(text, Decimals, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Seconds since 1970: of digits alone, which are those seconds already, or of an ISO 8601 date.</summary>
    public static decimal? Instant(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTime.TryParseExact(text.ToUpperInvariant(), _dates, CultureInfo.InvariantCulture, Utc, out var date)
            ? (date - DateTime.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond
            : null;
    }

    public static bool? Truth(string text) =>
        text.Equals("true", StringComparison.OrdinalIgnoreCase) ? true
        : text.Equals("false", StringComparison.OrdinalIgnoreCase) ? false
        : null;

    public static byte[]? Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}

using System.Globalization;

namespace FederatedIdentity.Server.Protocol;

/// <summary>What the Authorization header and the date header of a signed request say, in form only: nothing is proven yet.</summary>
internal sealed record SigV4Header(
    string AccessKeyId,
    string ScopeDate,
    string Region,
    string Service,
    string Terminator,
    string SignedHeaders,
    string Signature,
    string DateHeader,
    DateTimeOffset Date)
{
    /// <summary>How long a presigned URL is good for from <see cref="Date"/> on; null for a signature in the headers.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>The session token of temporary credentials, if the request carries one.</summary>
    public string? SessionToken { get; init; }

    public const string Algorithm = "AWS4-HMAC-SHA256";

    private const string IsoBasic = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The time of the request as the string to sign holds it.</summary>
    public string Stamp { get; } = Print(Date);

    public static string Print(DateTimeOffset time) => time.ToString(IsoBasic, CultureInfo.InvariantCulture);

    /// <summary>Reads the headers; says why not when it returns null.</summary>
    public static SigV4Header? Read(IHeaderDictionary headers, out ApiError? refusal)
    {
        if (headers.Authorization.Count > 1)
        {
            refusal = SigV4Refusals.MalformedHeader;
            return null;
        }

        var text = headers.Authorization.ToString().AsSpan().Trim(' ');
        var space = text.IndexOf(' ');
        var algorithm = space < 0 ? text : text[..space];
        refusal = algorithm switch
        {
            Algorithm => null,
            _ when algorithm.StartsWith("AWS4-", StringComparison.Ordinal) => SigV4Refusals.UnknownAlgorithm(algorithm.ToString()),
            _ => SigV4Refusals.Missing,
        };
        return refusal is null ? ReadParameters(text[algorithm.Length..], headers, out refusal) : null;
    }

    private static SigV4Header? ReadParameters(ReadOnlySpan<char> text, IHeaderDictionary headers, out ApiError? refusal)
    {
        string? credential = null;
        string? signedHeaders = null;
        string? signature = null;
        refusal = null;
        foreach (var range in text.Split(','))
        {
            var pair = text[range].Trim(' ');
            var equals = pair.IndexOf('=');
            var fresh = pair.IsEmpty || (equals > 0 && pair[..equals] switch
            {
                "Credential" => TryTake(ref credential, pair[(equals + 1)..]),
                "SignedHeaders" => TryTake(ref signedHeaders, pair[(equals + 1)..]),
                "Signature" => TryTake(ref signature, pair[(equals + 1)..]),
                _ => false,
            });
            if (!fresh)
            {
                refusal = SigV4Refusals.MalformedHeader;
                return null;
            }
        }

        var dateHeader = headers.ContainsKey("x-amz-date") ? "x-amz-date" : "date";
        var date = headers[dateHeader];
        if (credential is null || signedHeaders is null || signature is null || date.Count == 0)
        {
            refusal = SigV4Refusals.Incomplete(string.Join(' ', Missing(credential, signature, signedHeaders, date.Count > 0)));
            return null;
        }

        var token = headers["x-amz-security-token"];
        var header = Compose(credential, signedHeaders, signature, dateHeader, ReadDate(dateHeader, date), out refusal);
        return header is not null && token.Count > 0 ? header with { SessionToken = token.ToString() } : header;
    }

    public static SigV4Header? Compose(
        string credential, string signedHeaders, string signature, string dateHeader, DateTimeOffset? date, out ApiError? refusal)
    {
        Span<Range> parts = stackalloc Range[6];
        var scope = credential.AsSpan();
        if (scope.Split(parts, '/') != 5 || scope[parts[0]].IsEmpty)
        {
            refusal = SigV4Refusals.MalformedCredential;
            return null;
        }

        if (date is not { } time)
        {
            refusal = SigV4Refusals.MalformedDate;
            return null;
        }

        refusal = null;
        return new SigV4Header(
            credential[parts[0]], credential[parts[1]], credential[parts[2]], credential[parts[3]], credential[parts[4]],
            signedHeaders, signature, dateHeader, time);
    }

    private static bool TryTake(ref string? parameter, ReadOnlySpan<char> value)
    {
        var first = parameter is null;
        parameter = value.ToString();
        return first && parameter.Length > 0;
    }

    private static IEnumerable<string> Missing(string? credential, string? signature, string? signedHeaders, bool dated)
    {
        string?[] sentences =
        [
            credential is null ? SigV4Refusals.MissingParameter("Credential") : null,
            signature is null ? SigV4Refusals.MissingParameter("Signature") : null,
            signedHeaders is null ? SigV4Refusals.MissingParameter("SignedHeaders") : null,
            dated ? null : SigV4Refusals.MissingDate,
        ];
        return sentences.OfType<string>();
    }

    // Date may also come as an HTTP date; X-Amz-Date may not.
    public static DateTimeOffset? ReadDate(string header, string? value) =>
        IsDate(value, IsoBasic, out var date) || (header == "date" && IsDate(value, "r", out date)) ? date : null;

    private static bool IsDate(string? value, string format, out DateTimeOffset date) => DateTimeOffset.TryParseExact(
        value?.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);
}

using System.Text;

namespace FederatedIdentity.Server.Protocol;

/// <summary>The headers that every answer of the API carries, errors and preflights included: browsers call it directly.</summary>
internal static class WireHeaders
{
    public const string ContentType = "application/x-amz-json-1.1";
    public const string RequestId = "x-amzn-RequestId";

    private const int LongestErrorMessage = 1024;

    private const string AllowedRequestHeaders =
        "authorization, content-type, x-amz-date, x-amz-target, x-amz-security-token, x-amz-content-sha256, x-amz-user-agent, "
        + "x-amzn-trace-id, amz-sdk-invocation-id, amz-sdk-request, cache-control";

    /// <summary>Any origin may call: the API has no cookies, a caller proves itself in the request alone.</summary>
    public static void AllowAnyOrigin(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
    }

    public static void AllowPreflight(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlAllowHeaders = AllowedRequestHeaders;
        headers.AccessControlMaxAge = "172800";
    }

    public static void DescribeError(IHeaderDictionary headers, ApiError error)
    {
        headers["x-amzn-ErrorType"] = error.Type + ":"; // The real service ends it with a colon; SDKs cut there.
        if (error.Message is { } message)
        {
            headers["x-amzn-ErrorMessage"] = HeaderText(message);
        }
    }

    /// <summary>A message may quote the caller: only printable ASCII may enter a header, and not without end.</summary>
    private static string HeaderText(string message)
    {
        var text = new StringBuilder(Math.Min(message.Length, LongestErrorMessage));
        foreach (var character in message)
        {
            if (text.Length == LongestErrorMessage)
            {
                break;
            }

            if (character is >= ' ' and <= '~')
            {
                text.Append(character);
            }
        }

        return text.ToString().Trim();
    }
}

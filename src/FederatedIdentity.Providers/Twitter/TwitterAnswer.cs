using System.Net;
using System.Text.Json;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Twitter;

/// <summary>
/// What an answer says of a user's token. Whatever does not speak of the token alone, be it our clock, the app's plan or a defect, is
/// an outage: clients would throw a good login away over a refusal.
/// </summary>
/// <remarks>
/// https://developer.twitter.com/en/support/twitter-api/error-troubleshooting and, for answers without codes,
/// https://docs.x.com/x-api/fundamentals/response-codes-and-errors
/// </remarks>
internal static class TwitterAnswer
{
    private const int LongestSubject = 255;

    private static readonly HttpStatusCode[] Speaking =
        [HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden];

    private static readonly Dictionary<int, string> Refusals = new()
    {
        [32] = "not authenticated; if it happens to everybody, the pool's consumer secret is wrong",
        [63] = "user suspended",
        [64] = "account suspended",
        [89] = "token invalid or expired",
        [215] = "bad authentication data",
        [326] = "account locked",
    };

    private static readonly Dictionary<int, string> Troubles = new()
    {
        [88] = "rate limit",
        [130] = "over capacity",
        [131] = "internal error",
        [135] = "timestamp out of bounds: set this server's clock",
        [220] = "the app lacks access",
        [261] = "the app is not allowed to do this",
        [453] = "the app's access level does not cover this endpoint",
    };

    /// <summary>The subject is the string at <paramref name="path"/> of a successful answer.</summary>
    public static OpaqueResult Read(FetchResult.Ok answer, string[] path, Func<string, OpaqueResult.Valid> valid)
    {
        var status = (int)answer.Status;
        if (!Speaking.Contains(answer.Status))
        {
            return new OpaqueResult.Unavailable($"status {status}");
        }

        return JsonAnswer.Object(answer.Body) is not { } json ? new OpaqueResult.Unavailable($"status {status} without readable JSON")
            : answer.Status != HttpStatusCode.OK ? ReadErrors(status, [.. Codes(json)])
            : SubjectAt(json, path) is { } subject ? valid(subject)
            : Invalid("the answer names no user");
    }

    private static OpaqueResult ReadErrors(int status, int[] codes)
    {
        if (Array.Find(codes, Troubles.ContainsKey) is var trouble and not 0)
        {
            return new OpaqueResult.Unavailable($"status {status}, code {trouble}: {Troubles[trouble]}");
        }

        if (Array.Find(codes, Refusals.ContainsKey) is var refusal and not 0)
        {
            return Invalid($"status {status}, code {refusal}: {Refusals[refusal]}");
        }

        // The newer endpoints say so without a code. Anything else, such as an app without a project, is not the user's doing.
        return status == (int)HttpStatusCode.Unauthorized
            ? Invalid($"status {status} without a known code")
            : new OpaqueResult.Unavailable($"status {status} without a known code");
    }

    private static IEnumerable<int> Codes(JsonElement json) => JsonAnswer.List(json, "errors")
        .Select(error => JsonAnswer.WholeNumber(error, "code"))
        .OfType<long>()
        .Where(code => code is > 0 and <= int.MaxValue)
        .Select(code => (int)code);

    /// <summary>A string only: the same id as a number loses digits in some readers, and names another user then.</summary>
    private static string? SubjectAt(JsonElement json, string[] path)
    {
        foreach (var name in path[..^1])
        {
            if (JsonAnswer.Object(json, name) is not { } inner)
            {
                return null;
            }

            json = inner;
        }

        return JsonAnswer.Text(json, path[^1]) is { Length: > 0 and <= LongestSubject } subject && subject.All(c => c is > ' ' and <= '~')
            ? subject
            : null;
    }

    private static OpaqueResult.Invalid Invalid(string detail) => new(LoginSentences.Invalid, detail);
}

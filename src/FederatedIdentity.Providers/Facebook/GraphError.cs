using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Facebook;

/// <summary>
/// An error of the Graph API, reduced to what decides. Its message is read and not kept, because Facebook repeats tokens in it.
/// </summary>
/// <remarks>https://developers.facebook.com/docs/graph-api/guides/error-handling</remarks>
internal sealed record GraphError(long? Code, long? Subcode, string? Type, bool IsTransient, bool WantsProof)
{
    private const long Parameter = 100;
    private const long Session = 102;
    private const long AccessToken = 190;

    private const long NoUserOrNoSuchPath = 2500;

    // Down (1, 2), throttled (4, 17, 32, 341, 613), and a version of the API that is retired (2635).
    private static readonly FrozenSet<long> SaysNothingOfTheToken = new long[] { 1, 2, 4, 17, 32, 341, 613, 2635 }.ToFrozenSet();

    // Removed app, checkpoint, changed password, expired, unconfirmed, invalid, no longer permitted.
    private static readonly FrozenSet<long> SaysSomethingOfAUser = new long[] { 458, 459, 460, 463, 464, 467, 492 }.ToFrozenSet();

    /// <summary>Whether Facebook is down, throttles us or dislikes the question.</summary>
    public bool IsOutage => IsTransient || (Code is { } code && (SaysNothingOfTheToken.Contains(code) || code is >= 80000 and <= 80014));

    /// <summary>Whether a token is refused, be it the user's or our own.</summary>
    public bool IsRefusal => !IsOutage && (Code is Parameter or Session or AccessToken || Type == "OAuthException");

    /// <summary>Whether it is the token of a user that is refused: an app's own token has neither password nor session.</summary>
    public bool IsOfUser => IsRefusal && Subcode is { } subcode && SaysSomethingOfAUser.Contains(subcode);

    /// <summary>Among other things: the token that was to be inspected is another app's.</summary>
    public bool IsOfParameter => IsRefusal && Code is Parameter;

    /// <summary>
    /// Whether a question that needs no user is what Facebook objects to: it has no such path, or the app wants proofs for every call.
    /// </summary>
    public bool IsOfQuestion => WantsProof || Code is NoUserOrNoSuchPath;

    /// <summary>For the log.</summary>
    public string Detail =>
        $"error {Code?.ToString(CultureInfo.InvariantCulture) ?? "without code"}{(Subcode is { } subcode ? $"/{subcode}" : "")}"
        + (WantsProof ? ", the app requires its (right) secret to be configured" : "");

    /// <summary>Null when the answer holds no error.</summary>
    public static GraphError? In(JsonElement answer)
    {
        if (!answer.TryGetProperty("error", out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return member.ValueKind != JsonValueKind.Object
            ? new GraphError(null, null, null, IsTransient: false, WantsProof: false)
            : new GraphError(
                JsonAnswer.WholeNumber(member, "code"),
                JsonAnswer.WholeNumber(member, "error_subcode") ?? JsonAnswer.WholeNumber(member, "subcode"),
                JsonAnswer.Text(member, "type"),
                JsonAnswer.IsTrue(member, "is_transient"),
                JsonAnswer.Text(member, "message")?.Contains("appsecret_proof", StringComparison.Ordinal) == true);
    }
}

using System.Text.Json;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Facebook;

/// <summary>
/// Reads the answer of <c>debug_token</c>. That it came, and that it calls the token valid, proves nothing about app or user: every
/// member that matters is held against what is wanted. Pure: no clock, no network.
/// </summary>
/// <remarks>https://developers.facebook.com/docs/graph-api/reference/debug_token</remarks>
internal static class TokenInspection
{
    private const long LastSecondOfYear9999 = 253_402_300_799;

    public static OpaqueResult Judge(JsonElement answer, string appId, DateTimeOffset now)
    {
        if (JsonAnswer.Object(answer, "data") is not { } data)
        {
            return new OpaqueResult.Unavailable("debug_token answers without data");
        }

        // A bad token is answered with status 200 too.
        if (GraphError.In(data) is { } error)
        {
            return error.IsOutage ? new OpaqueResult.Unavailable($"debug_token: {error.Detail}") : Invalid($"debug_token: {error.Detail}");
        }

        return CheckToken(data) ?? CheckApp(data, appId) ?? CheckExpiry(data, now, out var expires) ?? ReadUser(data, appId, expires);
    }

    private static OpaqueResult.Invalid? CheckToken(JsonElement data) =>
        !JsonAnswer.IsTrue(data, "is_valid") ? Invalid("is_valid is not true")
        : JsonAnswer.Text(data, "type") != "USER" ? Invalid("not the token of a user") // PAGE, APP, SYSTEM_USER, …
        : null;

    /// <summary>The whole id to the letter: a part of it, or a number that was rounded, is another app's.</summary>
    private static OpaqueResult.Invalid? CheckApp(JsonElement data, string appId) =>
        string.Equals(JsonAnswer.TextOrDigits(data, "app_id"), appId, StringComparison.Ordinal)
            ? null
            : new OpaqueResult.Invalid(LoginSentences.UnsupportedProvider, "made for another app");

    /// <summary>0 means that the token does not expire. <c>data_access_expires_at</c> is about data and ends no login.</summary>
    private static OpaqueResult.Invalid? CheckExpiry(JsonElement data, DateTimeOffset now, out DateTimeOffset? expires)
    {
        expires = null;
        if (JsonAnswer.WholeNumber(data, "expires_at") is not { } seconds || seconds is < 0 or > LastSecondOfYear9999)
        {
            return Invalid("expires_at is no time");
        }

        if (seconds == 0)
        {
            return null;
        }

        expires = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return expires > now
            ? null
            : new OpaqueResult.Invalid(LoginSentences.Expired(now.ToUnixTimeSeconds(), seconds), "expired");
    }

    private static OpaqueResult ReadUser(JsonElement data, string appId, DateTimeOffset? expires) =>
        JsonAnswer.TextOrDigits(data, "user_id") is { } user && IdTokenRules.IsSubject(user)
            ? FacebookProvider.Valid(appId, user, expires)
            : Invalid("no user_id");

    private static OpaqueResult.Invalid Invalid(string detail) => new(LoginSentences.Invalid, detail);
}

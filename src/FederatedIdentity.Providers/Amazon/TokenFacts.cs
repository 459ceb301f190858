using System.Text.Json;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Amazon;

/// <summary>
/// Reads the answer of <c>tokeninfo</c>, which says for which client, application and user a token was made. Pure: no clock, no network.
/// </summary>
/// <remarks>https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html</remarks>
internal static class TokenFacts
{
    private const string Issuer = "https://www.amazon.com";

    /// <summary>
    /// Tokens live an hour. The limit tells seconds that remain from a point in time, which <c>exp</c> is everywhere else.
    /// </summary>
    private const long LongestLife = 24 * 60 * 60;

    /// <param name="answer">The answer.</param>
    /// <param name="app">A pool's value, for which <see cref="AppIds.IsAmazon"/> holds.</param>
    /// <param name="now">When it was received.</param>
    public static OpaqueResult Judge(JsonElement answer, string app, DateTimeOffset now)
    {
        if (JsonAnswer.Text(answer, "iss") != Issuer)
        {
            return new OpaqueResult.Invalid(LoginSentences.IssuerMismatch, "iss is not Amazon's");
        }

        // The whole id to the letter, and only against the member of its own kind.
        var member = app.StartsWith(AppIds.AmazonClient, StringComparison.Ordinal) ? "aud" : "app_id";
        if (!string.Equals(JsonAnswer.Text(answer, member), app, StringComparison.Ordinal))
        {
            return new OpaqueResult.Invalid(LoginSentences.UnsupportedProvider, $"{member} is another");
        }

        if (JsonAnswer.WholeNumber(answer, "exp") is not ({ } remaining and > 0 and <= LongestLife))
        {
            return new OpaqueResult.Invalid(LoginSentences.Invalid, "exp is no remaining life");
        }

        return JsonAnswer.Text(answer, "user_id") is { } user && IdTokenRules.IsSubject(user)
            ? new OpaqueResult.Valid(
                user, OpaqueResultExtensions.PlainClaims(AmazonProvider.Key, app, user), now.AddSeconds(remaining))
            : new OpaqueResult.Invalid(LoginSentences.Invalid, "no user_id");
    }
}

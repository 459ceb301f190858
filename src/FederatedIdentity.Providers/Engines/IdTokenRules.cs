using System.Diagnostics.CodeAnalysis;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// The rules about an ID token's claims, in the order in which the real service is seen to apply them. Pure: no clock, no network.
/// </summary>
internal static class IdTokenRules
{
    /// <summary>Documented grace of five minutes, for every time in an external token; settings can only shorten it.</summary>
    public const long Grace = 300;

    private const double LongestLife = 25 * 60 * 60;
    private const int LongestSubject = 255;

    /// <summary>The refusal, or null and the client id that the token was made for.</summary>
    public static IdTokenResult.Invalid? Check(
        IdTokenClaims claims, IdTokenTrust trust, ProvidersOptions options, long now, out string clientId)
    {
        clientId = "";
        var skew = (long)options.ClockSkew.TotalSeconds;
        return CheckIssuer(claims, trust, options.OwnIssuer)
            ?? CheckExpiry(claims, now - skew)
            ?? CheckAudience(claims, trust, options.AudienceRule, out clientId)
            ?? CheckTimes(claims, now + skew)
            ?? CheckSubject(claims)
            ?? (claims.Oddity is { } oddity ? Invalid($"claim {oddity}") : null);
    }

    private static IdTokenResult.Invalid? CheckIssuer(IdTokenClaims claims, IdTokenTrust trust, string? ownIssuer)
    {
        if (claims.Issuer.Value is { } issuer && (issuer == ownIssuer || IsCognitoIdentity(issuer)))
        {
            return new(LoginSentences.CognitoToken, "issued by an identity pool service");
        }

        // Ordinally against what is configured; a URL's other spellings are other issuers.
        return claims.Issuer.Value is { } stated && trust.Issuers.Contains(stated)
            ? null
            : new(LoginSentences.IssuerMismatch, "iss is not the provider's");
    }

    /// <summary>https://cognito-identity.amazonaws.com, or a regional form of it.</summary>
    private static bool IsCognitoIdentity(string issuer)
    {
        const string Prefix = "https://cognito-identity.";
        if (!issuer.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var host = issuer[Prefix.Length..];
        return host is "amazonaws.com" or "amazonaws.com.cn"
            || ((host.EndsWith(".amazonaws.com", StringComparison.Ordinal) || host.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal))
                && !host.Contains('/', StringComparison.Ordinal));
    }

    private static IdTokenResult.Invalid? CheckExpiry(IdTokenClaims claims, long earliest) => claims.Expires.Form switch
    {
        ClaimForm.Absent => Missing("exp"),
        ClaimForm.Malformed => Invalid("exp is no time"),
        _ => earliest >= claims.Expires.Value
            ? new(LoginSentences.Expired(earliest, (long)Math.Floor(claims.Expires.Value)), "expired")
            : null,
    };

    private static IdTokenResult.Invalid? CheckAudience(IdTokenClaims claims, IdTokenTrust trust, AudienceRule rule, out string clientId)
    {
        clientId = "";
        if (claims.AudienceForm != ClaimForm.Good)
        {
            return claims.AudienceForm == ClaimForm.Absent ? Missing("aud") : Invalid("aud is no list of strings");
        }

        if (claims.AuthorizedParty.Form == ClaimForm.Malformed)
        {
            return Invalid("azp is no string");
        }

        var (audiences, party, clients) = (claims.Audiences, claims.AuthorizedParty.Value, trust.ClientIds);
        bool accepted;
        if (rule == AudienceRule.Aws)
        {
            clientId = party ?? FirstOf(audiences, clients) ?? "";
            accepted = IsOneOf(clients, clientId);
        }
        else
        {
            // OpenID Connect Core 3.1.3.7: audiences that the client does not trust make the token invalid.
            clientId = audiences[0];
            accepted = audiences.All(audience => IsOneOf(clients, audience))
                && (party is null || IsOneOf(clients, party) || trust.MayPresent?.Invoke(party, clients) == true);
        }

        var detail = clients.Count == 0 ? "provider is not configured" : "aud or azp is foreign";
        return accepted ? null : new(LoginSentences.UnsupportedProvider, detail);
    }

    private static string? FirstOf(IReadOnlyList<string> audiences, IReadOnlyList<string> clients)
    {
        for (var place = 0; place < audiences.Count; place++)
        {
            if (IsOneOf(clients, audiences[place]))
            {
                return audiences[place];
            }
        }

        return null;
    }

    /// <summary>An empty client id is no client id: a gap in a configuration must not let in a token with a gap.</summary>
    private static bool IsOneOf(IReadOnlyList<string> clients, string candidate) => candidate.Length > 0 && clients.Contains(candidate);

    private static IdTokenResult.Invalid? CheckTimes(IdTokenClaims claims, long latest)
    {
        if (claims.IssuedAt.Form != ClaimForm.Good)
        {
            return claims.IssuedAt.Form == ClaimForm.Absent ? Missing("iat") : Invalid("iat is no time");
        }

        return claims.Expires.Value - claims.IssuedAt.Value > LongestLife ? Invalid("lives longer than 25 hours")
            : !HasCome(claims.IssuedAt, latest) ? Invalid("iat is in the future")
            : !HasCome(claims.NotBefore, latest) ? Invalid("nbf is in the future or no time")
            : !HasCome(claims.AuthenticatedAt, latest) ? Invalid("auth_time is in the future or no time")
            : null;
    }

    private static bool HasCome(TimeClaim claim, long latest) =>
        claim.Form == ClaimForm.Absent || (claim.Form == ClaimForm.Good && claim.Value <= latest);

    private static IdTokenResult.Invalid? CheckSubject(IdTokenClaims claims)
    {
        if (claims.Subject.Form == ClaimForm.Absent)
        {
            return Missing("sub");
        }

        return IsSubject(claims.Subject.Value) ? null : Invalid("sub is no user id");
    }

    /// <summary>Whether a provider's name for a user can be an identity's key.</summary>
    public static bool IsSubject([NotNullWhen(true)] string? subject) =>
        subject is { Length: > 0 and <= LongestSubject } && !HasInvisibleControl(subject);

    private static bool HasInvisibleControl(string text)
    {
        foreach (var c in text)
        {
            if (IsInvisibleControl(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Controls, and the bidirectional ones that make one subject look like another (Unicode UAX #9).</summary>
    internal static bool IsInvisibleControl(char c) =>
        char.IsControl(c) || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static IdTokenResult.Invalid Missing(string claim) => new(LoginSentences.MissingClaim(claim), $"no {claim}");

    private static IdTokenResult.Invalid Invalid(string detail) => new(LoginSentences.Invalid, detail);
}

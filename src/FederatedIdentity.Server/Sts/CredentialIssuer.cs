using System.Security.Cryptography;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Sts;

/// <summary>Makes temporary credentials. Nothing of them is stored: the session token is all there is.</summary>
internal sealed class CredentialIssuer(SessionTokens tokens, TimeProvider clock)
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int SecretBytes = 30; // 40 characters of base64.

    /// <summary>
    /// Credentials that end after <paramref name="seconds"/>, or at <paramref name="endsAt"/> if that is sooner. They start now, to the
    /// second, as everything in a token counts.
    /// </summary>
    public (SessionGrant Grant, string SessionToken) Issue(SessionDraft session, long seconds, DateTimeOffset? endsAt = null)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var expiry = now.AddSeconds(seconds);
        var grant = new SessionGrant(
            $"ASIA{RandomNumberGenerator.GetString(Base32, 16)}",
            new SecretKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes))),
            now,
            endsAt < expiry ? endsAt.Value : expiry,
            session);
        return (grant, tokens.Seal(grant));
    }
}

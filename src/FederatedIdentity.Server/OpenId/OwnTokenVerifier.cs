using System.Text.Json;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Jose;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>What a token of our own says, or why it is none.</summary>
internal abstract record OwnToken
{
    private OwnToken() { }

    /// <summary>We issued it, and it has not expired.</summary>
    public sealed record Valid(string Subject, string Audience, IReadOnlyList<string> Amr) : OwnToken;

    /// <summary><paramref name="Sentence"/> is for the client.</summary>
    public sealed record Rejected(string Sentence) : OwnToken;
}

/// <summary>Verifies the tokens that we issued, when they come back in a Logins map. Without any grace: it is our own clock.</summary>
internal sealed class OwnTokenVerifier(SigningKeyRing keys, IOptions<TokenOptions> options, TimeProvider clock)
{
    public OwnToken Verify(string token)
    {
        if (Jws.TryParse(token, out var parsed, allowJwsType: true) is not null || parsed is not { } jws
            || Text(jws, "iss") != options.Value.RequiredIssuer)
        {
            return new OwnToken.Rejected(LoginSentences.NotACognitoToken);
        }

        if (keys.VerificationKeys.Choose(jws.Algorithm, jws.KeyId) is not KeyChoice.Found found || !found.Key.Verify(jws))
        {
            return new OwnToken.Rejected(LoginSentences.Unverified);
        }

        // The signature is ours, so from here on the claims are as we write them.
        var expiry = jws.Claims.GetProperty("exp").GetInt64();
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return now >= expiry
            ? new OwnToken.Rejected(LoginSentences.Expired(now, expiry))
            : new OwnToken.Valid(
                Text(jws, "sub")!,
                Text(jws, "aud")!,
                [.. jws.Claims.GetProperty("amr").EnumerateArray().Select(method => method.GetString()!)]);
    }

    private static string? Text(Jws jws, string claim) =>
        jws.Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

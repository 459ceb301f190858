using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Server.Smoke;

/// <summary>Verifies a guest's token as a stranger does: with the key set alone, and by every claim that a verifier has to look at.</summary>
internal static class TokenProof
{
    /// <summary>In words what was found right; else a <see cref="SmokeException"/>.</summary>
    public static string Verify(string token, byte[] keySet, string issuer, string pool, string identity, DateTimeOffset now)
    {
        if (Jws.TryParse(token, out var parsed, allowJwsType: true) is not null || parsed is not { } jws)
        {
            throw new SmokeException("The token is not a JWS.");
        }

        if (JwkSet.TryParse(keySet, out var fault) is not { } keys)
        {
            throw new SmokeException(fault);
        }

        if (keys.Choose(jws.Algorithm, jws.KeyId) is not KeyChoice.Found { Key: var key } || !key.Verify(jws))
        {
            throw new SmokeException("No published key verifies the token.");
        }

        Require(jws, "iss", issuer);
        Require(jws, "aud", pool);
        Require(jws, "sub", identity);
        if (!jws.Claims.TryGetProperty("amr", out var amr) || amr.GetRawText() != "[\"unauthenticated\"]")
        {
            throw new SmokeException("amr of the token is not that of a guest.");
        }

        var left = jws.Claims.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var end) ? end - now.ToUnixTimeSeconds() : 0;
        return left > 0
            ? $"{jws.Algorithm} by {jws.KeyId}; iss, aud, sub and amr are right; valid for {left} more seconds"
            : throw new SmokeException("The token has expired, or the clocks here and there are apart.");
    }

    private static void Require(Jws jws, string claim, string expected)
    {
        var found = jws.Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (found != expected)
        {
            throw new SmokeException($"{claim} of the token is {found ?? "missing"}, and not {expected}.");
        }
    }
}

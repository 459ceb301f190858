using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Jose;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Verifies ID tokens against the keys that their configured issuer publishes. Everything that can refuse a token without the
/// network comes first, so that junk costs nobody a call.
/// </summary>
internal sealed class IdTokenVerifier(JwkSets sets, IOptions<ProvidersOptions> options, TimeProvider time) : IIdTokenVerifier
{
    private readonly ProvidersOptions _options = options.Value;

    public async ValueTask<IdTokenResult> VerifyAsync(ProviderToken token, IdTokenTrust trust, CancellationToken ct)
    {
        if (Jws.TryParse(token.Reveal, out var jws, allowJwsType: true) is { } fault)
        {
            return Refusal(fault);
        }

        var claims = new IdTokenClaims(jws!.Payload.Span);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (IdTokenRules.Check(claims, trust, _options, now, out var clientId) is { } refusal)
        {
            return refusal;
        }

        // What identity pool services write. Read so far only to recognise a token of our own kind by its issuer.
        if (jws.Type == "JWS" && !trust.TakesPoolTokens)
        {
            return new IdTokenResult.Invalid(LoginSentences.NotAnIdToken, "typ is not JWT");
        }

        if (!trust.Algorithms.Contains(jws.Algorithm))
        {
            return new IdTokenResult.Invalid(LoginSentences.Unverified, "alg is not allowed");
        }

        return await VerifySignatureAsync(jws, trust.Keys, ct)
            ?? new IdTokenResult.Valid(claims.Subject.Value!, clientId, new LoginClaims(jws.Payload));
    }

    private static IdTokenResult.Invalid Refusal(JwsFault fault) => fault switch
    {
        JwsFault.UnsupportedAlgorithm => new(LoginSentences.Unverified, "alg is not allowed"),
        JwsFault.PlatformLacksEd25519 => new(
            LoginSentences.Unverified, "alg is EdDSA (Ed25519), which .NET cannot verify; the issuer has to sign with RSA or ECDSA"),
        _ => new(LoginSentences.NotAnIdToken, $"not a JWT: {fault}"),
    };

    /// <summary>Null when the signature is the issuer's.</summary>
    private async ValueTask<IdTokenResult?> VerifySignatureAsync(Jws jws, KeySource source, CancellationToken ct)
    {
        var keys = sets.Of(source);
        var answer = await keys.CurrentAsync(ct);
        if (answer is not KeyAnswer.Available current)
        {
            return new IdTokenResult.NoKeys(((KeyAnswer.Unavailable)answer).Detail);
        }

        // A new key, or new material under an old id. Either way a set younger than the cool-down is not doubted. Twice: what other
        // replicas have may be newer than ours and still be older than the key.
        var (snapshot, match) = (current.Snapshot, Try(jws, current.Snapshot));
        for (var doubts = 0; match != Match.Good && doubts < 2; doubts++)
        {
            answer = await keys.NewerThanAsync(snapshot, ct);
            if (answer is KeyAnswer.Unavailable unavailable) // An outage says nothing about the token, not even when it looks bad.
            {
                return new IdTokenResult.NoKeys(unavailable.Detail);
            }

            if (answer is not KeyAnswer.Available newer)
            {
                break;
            }

            (snapshot, match) = (newer.Snapshot, Try(jws, newer.Snapshot));
        }

        return match == Match.Good ? null : new IdTokenResult.Invalid(LoginSentences.Unverified, match.ToString());
    }

    private static Match Try(Jws jws, KeySnapshot snapshot) => snapshot.Keys.Choose(jws.Algorithm, jws.KeyId) switch
    {
        KeyChoice.Found found => found.Key.Verify(jws) ? Match.Good : Match.BadSignature,
        KeyChoice.Ambiguous => Match.AmbiguousKey,
        KeyChoice.Unknown => Match.UnknownKey,
        _ => Match.UnfitKey,
    };

    private enum Match
    {
        Good,
        BadSignature,
        UnknownKey,
        AmbiguousKey,
        UnfitKey,
    }
}

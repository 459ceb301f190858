using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Decides whether an ID token is genuine, current and made for one of the pool's client ids.</summary>
internal interface IIdTokenVerifier
{
    ValueTask<IdTokenResult> VerifyAsync(ProviderToken token, IdTokenTrust trust, CancellationToken ct);
}

/// <summary>
/// What an ID token is measured against. <paramref name="Issuers"/> are the exact values of <c>iss</c>; without client ids nobody
/// is let in. <paramref name="MayPresent"/> decides about an <c>azp</c> beyond the client ids; null: none.
/// </summary>
internal sealed record IdTokenTrust(
    IReadOnlyList<string> Issuers,
    KeySource Keys,
    IReadOnlyList<string> ClientIds,
    IReadOnlySet<string> Algorithms,
    Func<string, IReadOnlyList<string>, bool>? MayPresent = null)
{
    /// <summary>See <see cref="Pool.TakesPoolTokens"/>.</summary>
    public bool TakesPoolTokens { get; init; }
}

/// <summary>What the verifier found.</summary>
internal abstract record IdTokenResult
{
    private IdTokenResult() { }

    /// <summary><paramref name="ClientId"/> is the configured client id that the token was made for.</summary>
    public sealed record Valid(string Subject, string ClientId, LoginClaims Claims) : IdTokenResult;

    /// <summary>See <see cref="LoginVerdict.Rejected"/>.</summary>
    public sealed record Invalid(string Sentence, string Detail) : IdTokenResult;

    /// <summary>The token might be good, but its issuer's keys could not be had.</summary>
    public sealed record NoKeys(string Detail) : IdTokenResult;
}

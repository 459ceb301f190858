using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.OpenId;

namespace FederatedIdentity.Server.Operations;

internal sealed record GetOpenIdTokenForDeveloperIdentityInput(
    string? IdentityPoolId,
    string? IdentityId,
    Dictionary<string, string?>? Logins,
    Dictionary<string, string?>? PrincipalTags,
    long? TokenDuration) : IOnPool
{
    public void Check(Constraints on) => on
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .String("identityId", IdentityId, ModelShapes.IdentityId)
        .Map("logins", Logins, ModelShapes.LoginsMap, required: true)
        .Map("principalTags", PrincipalTags, ModelShapes.PrincipalTags)
        .Number("tokenDuration", TokenDuration, ModelShapes.TokenDuration);
}

internal sealed record GetOpenIdTokenForDeveloperIdentityResponse(string IdentityId, string Token);

/// <summary>
/// The developer's own backend vouches for a user of its own: registers and links that user, with any public logins beside it, and
/// returns a token for the user's identity. The signature of the call is all the proof there is.
/// </summary>
internal sealed class GetOpenIdTokenForDeveloperIdentity(
    IIdentityStore store, IPoolCatalog pools, LoginVerifier verifier, IdentityResolver identities, OpenIdTokenIssuer tokens)
    : IOperation<GetOpenIdTokenForDeveloperIdentityInput, GetOpenIdTokenForDeveloperIdentityResponse>
{
    private const long DefaultDuration = 900;

    public async ValueTask<Outcome<GetOpenIdTokenForDeveloperIdentityResponse>> ExecuteAsync(
        GetOpenIdTokenForDeveloperIdentityInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        if (await pools.FindOwnAsync(input.IdentityPoolId, call, ct) is not { } pool)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        if (Objection(pool, input) is { } objection)
        {
            return objection;
        }

        Identity? given = null;
        if (input.IdentityId is { } id)
        {
            if (await store.LoadAsync([new IdentityId(id)], ct) is not [var found] || found.Pool != pool.Id)
            {
                return ApiError.IdentityNotFound(id);
            }

            given = found;
        }

        var verified = await VerifyAsync(pool, input.Logins!, call, ct);
        if (verified.Error is { } rejected)
        {
            return rejected;
        }

        var logins = VerifiedLogin.LoginsOf(verified.Value!);
        var resolution = given is null
            ? await identities.ResolveAsync(pool.Id, logins, call, ct)
            : await identities.ResolveAsync(given, logins, call, ct);
        return resolution switch
        {
            Resolution.Resolved resolved => new GetOpenIdTokenForDeveloperIdentityResponse(
                resolved.Identity.Value, await IssueAsync(resolved.Identity, pool, verified.Value!, input, ct)),
            Resolution.Refused refused => LinkErrors.Of(refused.Refusal, input.IdentityId),
            Resolution.PoolNotFound => ApiError.PoolNotFound(input.IdentityPoolId),
            Resolution.IdentityNotFound => ApiError.IdentityNotFound(input.IdentityId),
            _ => throw new UnreachableException(),
        };
    }

    private static ApiError? Objection(Pool pool, GetOpenIdTokenForDeveloperIdentityInput input)
    {
        if (pool.DeveloperProviderName is not { } developer || !input.Logins!.TryGetValue(developer, out var identifier))
        {
            return DeveloperUsers.UnsupportedProvider;
        }

        if (identifier!.Length > DeveloperUsers.LongestIdentifier)
        {
            return ApiError.InvalidParameter($"A developer user identifier has at most {DeveloperUsers.LongestIdentifier} characters.");
        }

        return input.PrincipalTags is { } tags ? Objection(tags) : null;
    }

    private static ApiError? Objection(Dictionary<string, string?> tags)
    {
        if (!tags.All(tag => PrincipalTags.IsKey(tag.Key) && PrincipalTags.IsValue(tag.Value!)))
        {
            return ApiError.InvalidParameter(
                "Principal tags may hold letters, digits, spaces and _ . : / = + - @ only, and no key that starts with aws:.");
        }

        return TagRules.HasSamePrincipalTags(tags.Keys) ? TagRules.SamePrincipalTag : null;
    }

    /// <summary>The developer's user and the public logins beside it, in request order.</summary>
    private async ValueTask<Outcome<VerifiedLogin[]>> VerifyAsync(
        Pool pool, Dictionary<string, string?> logins, CallContext call, CancellationToken ct)
    {
        var developer = pool.DeveloperProviderName!;
        var user = DeveloperUsers.LoginOf(pool, logins[developer]!);
        var own = new VerifiedLogin(user, $"{developer}:{pool.Id}:{user.Subject}", LoginClaims.None);
        if (logins.Count == 1)
        {
            return new[] { own }; // Nearly always.
        }

        var verified = await verifier.VerifyAsync(pool, logins.Where(login => login.Key != developer).ToDictionary(), call, ct);
        if (verified.Error is not null)
        {
            return verified;
        }

        var position = logins.Keys.TakeWhile(key => key != developer).Count();
        var all = verified.Value!.ToList();
        all.Insert(position, own);
        return all.ToArray();
    }

    private ValueTask<string> IssueAsync(
        IdentityId identity, Pool pool, VerifiedLogin[] logins, GetOpenIdTokenForDeveloperIdentityInput input, CancellationToken ct) =>
        tokens.IssueAsync(
            IdentityClaims.Of(identity, pool, logins, input.PrincipalTags?.Select(tag => KeyValuePair.Create(tag.Key, tag.Value!))),
            pool,
            TimeSpan.FromSeconds(input.TokenDuration ?? DefaultDuration),
            ct);
}

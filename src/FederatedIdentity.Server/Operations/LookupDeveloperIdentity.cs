using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Operations;

internal sealed record LookupDeveloperIdentityInput(
    string? IdentityPoolId, string? IdentityId, string? DeveloperUserIdentifier, int? MaxResults, string? NextToken) : IOnPool
{
    public void Check(Constraints on) => on
        .String("identityPoolId", IdentityPoolId, ModelShapes.IdentityPoolId, required: true)
        .String("identityId", IdentityId, ModelShapes.IdentityId)
        .String("developerUserIdentifier", DeveloperUserIdentifier, ModelShapes.DeveloperUserIdentifier)
        .Number("maxResults", MaxResults, ModelShapes.QueryLimit)
        .String("nextToken", NextToken, ModelShapes.PaginationKey);
}

internal sealed record LookupDeveloperIdentityResponse(
    string IdentityId, IReadOnlyList<string> DeveloperUserIdentifierList, string? NextToken);

/// <summary>From a developer user to its identity, from an identity to its developer users, or whether the two belong together.</summary>
internal sealed class LookupDeveloperIdentity(IIdentityStore store, IPoolCatalog pools, PageTokens pages)
    : IOperation<LookupDeveloperIdentityInput, LookupDeveloperIdentityResponse>
{
    private const int DefaultPage = 60;

    public static readonly ApiError Mismatch =
        ApiError.ResourceConflict("The developer user identifier is not associated with the given identity.");

    public async ValueTask<Outcome<LookupDeveloperIdentityResponse>> ExecuteAsync(
        LookupDeveloperIdentityInput input, CallContext call, CancellationToken ct)
    {
        call.Pool = input.IdentityPoolId;
        if (input is { IdentityId: null, DeveloperUserIdentifier: null })
        {
            return ApiError.InvalidParameter("Please provide at least one of IdentityId or DeveloperUserIdentifier.");
        }

        if (await pools.FindOwnAsync(input.IdentityPoolId, call, ct) is not { } pool)
        {
            return ApiError.PoolNotFound(input.IdentityPoolId);
        }

        if (pool.DeveloperProviderName is null)
        {
            return DeveloperUsers.UnsupportedProvider;
        }

        var found = input.DeveloperUserIdentifier is { } identifier
            ? await FindByUserAsync(pool, identifier, input.IdentityId, ct)
            : await FindByIdentityAsync(pool, input.IdentityId!, ct);
        return found.Error is { } error ? error : Page(found.Value!, input, call);
    }

    private async ValueTask<Outcome<Identity>> FindByUserAsync(Pool pool, string identifier, string? identityId, CancellationToken ct)
    {
        // The identity comes first: an unknown one is not found, whatever the user is.
        if (identityId is not null && (await FindByIdentityAsync(pool, identityId, ct)).Error is { } unknown)
        {
            return unknown;
        }

        var user = DeveloperUsers.LoginOf(pool, identifier);
        if (!(await store.OwnersAsync(pool.Id, [user], ct)).TryGetValue(user, out var owner)
            || await store.LoadAsync([owner], ct) is not [var identity])
        {
            return DeveloperUsers.NotFound(identifier);
        }

        return identityId is null || identityId == identity.Id.Value ? identity : Mismatch;
    }

    private async ValueTask<Outcome<Identity>> FindByIdentityAsync(Pool pool, string identityId, CancellationToken ct) =>
        await store.LoadAsync([new IdentityId(identityId)], ct) is [var identity] && identity.Pool == pool.Id
            ? identity
            : ApiError.IdentityNotFound(identityId);

    private Outcome<LookupDeveloperIdentityResponse> Page(Identity identity, LookupDeveloperIdentityInput input, CallContext call)
    {
        // Asked whether the two belong together, the service repeats both.
        if (input is { IdentityId: not null, DeveloperUserIdentifier: { } asked })
        {
            return new LookupDeveloperIdentityResponse(identity.Id.Value, [asked], NextToken: null);
        }

        var scope = $"{nameof(LookupDeveloperIdentity)}|{call.AccountId}|{identity.Id}";
        if (pages.OpenText(scope, input.NextToken) is not { } after)
        {
            return PageTokens.Foreign;
        }

        var size = input.MaxResults ?? DefaultPage;
        var users = identity.Logins.Where(login => login.Kind == LoginKind.Developer).Select(login => login.Subject)
            .Where(user => string.CompareOrdinal(user, after) > 0)
            .Order(StringComparer.Ordinal)
            .Take(size + 1)
            .ToList();
        var next = users.Count > size ? pages.SealText(scope, users[size - 1]) : null;
        return new LookupDeveloperIdentityResponse(identity.Id.Value, [.. users.Take(size)], next);
    }
}

using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>One pool, and in it one user and one guest; answers at once and takes nothing in.</summary>
internal sealed class OneIdentityStore(Pool pool, Login login) : IIdentityStore, IPoolCatalog
{
    private readonly Identity _user = New(pool, "us-east-1:1e0c8a1e-4b1a-4a52-9d3b-0f6a54b0a001", IdentityState.Authenticated, login);
    private readonly Identity _guest = New(pool, "us-east-1:1e0c8a1e-4b1a-4a52-9d3b-0f6a54b0a002", IdentityState.Unauthenticated);

    public Identity Guest => _guest;

    public ValueTask<Pool?> FindAsync(PoolId id, CancellationToken ct) => new(id == pool.Id ? pool : null);

    public ValueTask<IReadOnlyDictionary<Login, IdentityId>> OwnersAsync(PoolId inPool, IReadOnlyList<Login> logins, CancellationToken ct)
    {
        var owners = new Dictionary<Login, IdentityId>();
        foreach (var presented in logins)
        {
            if (presented == login)
            {
                owners[presented] = _user.Id;
            }
        }

        return new(owners);
    }

    public ValueTask<IReadOnlyList<Identity>> LoadAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct) =>
        new(ids.Contains(_guest.Id) ? [_guest] : ids.Contains(_user.Id) ? [_user] : []);

    public ValueTask<CreateOutcome> TryCreateAsync(
        IdentityId id, PoolId inPool, IReadOnlyList<Login> logins, DateTimeOffset now, CancellationToken ct) => new(CreateOutcome.Created);

    public ValueTask<bool> TryLinkAsync(LinkDecision.Link link, DateTimeOffset now, CancellationToken ct) => new(true);

    public ValueTask<bool> TryUnlinkAsync(UnlinkDecision.Remove remove, DateTimeOffset now, CancellationToken ct) => new(true);

    public ValueTask<IReadOnlyCollection<IdentityId>> NoteUsesAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct) => new(ids);

    public void Forget(PoolId id)
    {
    }

    private static Identity New(Pool pool, string id, IdentityState state, params Login[] logins) =>
        new(new IdentityId(id), pool.Id, state, DateTimeOffset.UnixEpoch, 1, logins);
}

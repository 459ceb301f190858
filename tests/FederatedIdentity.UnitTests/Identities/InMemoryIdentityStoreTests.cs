using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>The fake that the other tests trust keeps the promises of the real store.</summary>
public sealed class InMemoryIdentityStoreTests : IdentityStoreConformance
{
    private readonly InMemoryIdentityStore _store = new();

    protected override IIdentityStore Store => _store;

    protected override Task<PoolId> NewPoolAsync() => Task.FromResult(_store.AddPool(new PoolId($"local-1:{Guid.NewGuid()}")));

    protected override Task<DateTimeOffset> ModifiedAtAsync(IdentityId id) => Task.FromResult(_store.ModifiedAt(id));
}

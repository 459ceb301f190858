using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Server.Throttling;
using FederatedIdentity.Tests.Shared;
using FederatedIdentity.UnitTests.Throttling;

namespace FederatedIdentity.UnitTests.Operations;

public sealed class PublicCallsTests : IDisposable
{
    private const string PoolName = "us-east-1:0a";
    private const string Guest = "us-east-1:1b1b1b1b-1b1b-41b1-8b1b-1b1b1b1b1b1b";
    private const string Nobody = "us-east-1:2c2c2c2c-2c2c-42c2-8c2c-2c2c2c2c2c2c";

    private readonly ThrottlingRig _rig = new();
    private readonly InMemoryIdentityStore _store = new();
    private readonly PublicCalls _calls;

    public PublicCallsTests()
    {
        _store.AddPool(new PoolId(PoolName));
        _calls = new PublicCalls(_store, new OnePool(OnePool.Named(PoolName, guests: true)), _rig.Limits);
    }

    [Fact]
    public async Task A_pool_is_found_and_paid_for()
    {
        var call = ThrottlingRig.Call("GetId");
        var found = await _calls.AboutPoolAsync(PoolName, call, CancellationToken.None);

        Assert.Equal((PoolName, PoolName), (found.Value!.Id.Value, call.Pool));
        Assert.Equal(["account/000000000000/GetId", "source/203.0.113.9"], _rig.Budgets.Names);
    }

    [Fact]
    public async Task An_identity_is_found_with_its_pool_and_paid_for_before_anything_is_written()
    {
        await MakeGuestAsync();
        string[] before = [];
        _rig.Budgets.OnSpending = () => before = [.. _store.Calls];

        var call = ThrottlingRig.Call("GetOpenIdToken");
        var found = await _calls.AboutIdentityAsync(Guest, call, CancellationToken.None);

        Assert.Equal((Guest, PoolName, PoolName), (found.Value!.Identity.Id.Value, found.Value.Pool.Id.Value, call.Pool));
        Assert.Equal(["account/000000000000/GetOpenIdToken", "source/203.0.113.9"], _rig.Budgets.Names.Take(2));
        Assert.Equal(3, _rig.Budgets.Spent[0].Length);
        Assert.Equal(["LoadAsync"], before);
    }

    [Theory]
    [InlineData("account/")]
    [InlineData("source/")]
    [InlineData("identity/")]
    public async Task A_used_up_budget_refuses(string usedUp)
    {
        await MakeGuestAsync();
        _rig.Budgets.UsedUp = usedUp;

        Assert.Equal(ApiError.TooManyRequests(), (await _calls.AboutIdentityAsync(Guest, Call(), CancellationToken.None)).Error);
        Assert.Single(_rig.Budgets.Spent);
    }

    [Fact]
    public async Task Of_an_identity_seen_before_it_is_known_who_pays_and_whoever_cannot_is_not_read_for()
    {
        await MakeGuestAsync();
        await _calls.AboutIdentityAsync(Guest, Call(), CancellationToken.None);
        var (call, spent) = (Call(), _rig.Budgets.Spent[0]);
        string[]? before = null;
        _store.Calls.Clear();
        _rig.Budgets.OnSpending = () => before ??= [.. _store.Calls];

        var found = await _calls.AboutIdentityAsync(Guest, call, CancellationToken.None);

        Assert.Equal((Guest, PoolName, PoolName), (found.Value!.Identity.Id.Value, found.Value.Pool.Id.Value, call.Pool));
        Assert.Equal([], before!);
        Assert.Equal(spent, _rig.Budgets.Spent[1]);
        Assert.Equal(["LoadAsync"], _store.Calls);
        _rig.Budgets.UsedUp = "account/";
        Assert.Equal(ApiError.TooManyRequests(), (await _calls.AboutIdentityAsync(Guest, Call(), CancellationToken.None)).Error);
        Assert.Equal(["LoadAsync"], _store.Calls);
    }

    [Fact]
    public async Task Who_was_just_told_an_id_is_read_for_while_he_pays_and_refused_if_he_cannot()
    {
        await MakeGuestAsync();
        _calls.Expect(new IdentityId(Guest), OnePool.Named(PoolName, guests: true));
        var answer = new TaskCompletionSource();
        (_rig.Budgets.Answering, _rig.Budgets.UsedUp) = (answer.Task, "identity/");

        var asked = _calls.AboutIdentityAsync(Guest, Call(), CancellationToken.None).AsTask();

        Assert.Equal(["LoadAsync"], _store.Calls);
        Assert.False(asked.IsCompleted);
        answer.SetResult();
        Assert.Equal(ApiError.TooManyRequests(), (await asked).Error);
    }

    [Fact]
    public async Task What_was_known_and_is_gone_is_not_found_and_paid_for()
    {
        _calls.Expect(new IdentityId(Nobody), OnePool.Named(PoolName, guests: true));

        Assert.Equal(ApiError.IdentityNotFound(Nobody), (await _calls.AboutIdentityAsync(Nobody, Call(), CancellationToken.None)).Error);
        Assert.Contains("source/203.0.113.9", _rig.Budgets.Names);
        _calls.Expect(new IdentityId(Nobody), OnePool.Named(Nobody));
        Assert.Equal(ApiError.IdentityNotFound(Nobody), (await _calls.AboutIdentityAsync(Nobody, Call(), CancellationToken.None)).Error);
    }

    [Fact]
    public async Task What_does_not_exist_is_paid_for_by_the_source_alone()
    {
        Assert.Equal(ApiError.PoolNotFound(Nobody), (await _calls.AboutPoolAsync(Nobody, Call(), CancellationToken.None)).Error);
        Assert.Equal(ApiError.IdentityNotFound(Nobody), (await _calls.AboutIdentityAsync(Nobody, Call(), CancellationToken.None)).Error);
        Assert.All(_rig.Budgets.Spent, charges => Assert.Equal("source/203.0.113.9", Assert.Single(charges).Name));
        Assert.Equal(2, _rig.Budgets.Spent.Count);
    }

    [Fact]
    public async Task Looking_for_other_peoples_ids_has_its_limit()
    {
        _rig.Budgets.UsedUp = "source/";

        Assert.Equal(ApiError.TooManyRequests(), (await _calls.AboutPoolAsync(Nobody, Call(), CancellationToken.None)).Error);
        Assert.Equal(ApiError.TooManyRequests(), (await _calls.AboutIdentityAsync(Nobody, Call(), CancellationToken.None)).Error);
    }

    /// <summary>An operation that loaded pools and identities by itself could forget to pay.</summary>
    [Fact]
    public void Public_operations_get_at_pools_and_identities_in_no_other_way()
    {
        Assert.All(ApiSurface.Operations.Values.Where(operation => operation.Access == Access.Public), operation =>
        {
            var needs = Needs(operation.Name);
            Assert.Contains(typeof(PublicCalls), needs);
            Assert.DoesNotContain(typeof(IPoolCatalog), needs);
            Assert.DoesNotContain(typeof(IIdentityStore), needs);
        });

        Assert.All(
            StsSurface.Actions.Where(action => action.Access == Access.Public),
            action => Assert.Contains(typeof(RateLimits), Needs(action.Name)));
    }

    public void Dispose() => _rig.Dispose();

    private static IEnumerable<Type> Needs(string operation) =>
        typeof(GetId).Assembly.GetTypes().Single(type => type.Name == operation)
            .GetConstructors().Single().GetParameters().Select(need => need.ParameterType);

    private static CallContext Call() => ThrottlingRig.Call("GetOpenIdToken");

    private async Task MakeGuestAsync()
    {
        var resolver = new IdentityResolver(_store, TimeProvider.System, () => new IdentityId(Guest));
        await resolver.ResolveAsync(new PoolId(PoolName), [], JustWaiting.Instance, CancellationToken.None);
        _store.Calls.Clear();
    }
}

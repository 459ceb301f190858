using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;
using FederatedIdentity.UnitTests.Throttling;

namespace FederatedIdentity.UnitTests.Operations;

public sealed class GetIdTests : IDisposable
{
    private const string PoolName = "us-east-1:0a";
    private readonly InMemoryIdentityStore _store = new();
    private readonly FakeProvider _provider = new();
    private readonly ThrottlingRig _throttling = new();
    private int _ids;

    public GetIdTests() => _store.AddPool(new PoolId(PoolName));

    [Fact]
    public async Task Same_login_returns_same_identity()
    {
        var first = await Call(OnePool.Named(PoolName), ("fake", "alice"));
        var second = await Call(OnePool.Named(PoolName), ("fake", "alice"));

        Assert.Equal(first.Value!.IdentityId, second.Value!.IdentityId);
        Assert.Equal(1, _ids);
    }

    [Fact]
    public async Task Concurrent_first_sight_of_a_login_creates_one_identity()
    {
        GetIdResponse? winner = null;
        _store.BeforeWrite = async () => winner = (await Call(OnePool.Named(PoolName), ("fake", "alice"))).Value;

        var loser = await Call(OnePool.Named(PoolName), ("fake", "alice"));

        Assert.Equal(winner!.IdentityId, loser.Value!.IdentityId);
    }

    [Fact]
    public async Task Guests_get_a_new_identity_on_every_call()
    {
        var pool = OnePool.Named(PoolName, guests: true);

        Assert.NotEqual((await Call(pool)).Value!.IdentityId, (await Call(pool)).Value!.IdentityId);
    }

    [Fact]
    public async Task One_rejected_token_fails_the_whole_call_and_nothing_is_written()
    {
        var refused = await Call(OnePool.Named(PoolName), ("fake", "alice"), ("other", "rejected"));

        Assert.Equal(new ApiError("NotAuthorizedException", "Invalid login token. Couldn't verify signed token."), refused.Error);
        Assert.Empty(_store.Calls);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_an_outage_and_not_a_refusal() =>
        Assert.Equal(
            new ApiError("ExternalServiceException", "fake is not responding."),
            (await Call(OnePool.Named(PoolName), ("fake", "unreachable"))).Error);

    [Fact]
    public async Task Two_users_of_one_provider_on_one_identity_are_a_conflict()
    {
        await Call(OnePool.Named(PoolName), ("a", "alice"), ("b", "alice"));

        Assert.Equal(
            new ApiError("ResourceConflictException", "Logins are already linked to another account."),
            (await Call(OnePool.Named(PoolName), ("a", "alice"), ("b", "bob"))).Error);
    }

    [Theory]
    [InlineData("unknown pool", "ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found.")]
    [InlineData("guests off", "NotAuthorizedException", "Unauthenticated access is not supported for this identity pool.")]
    [InlineData("no providers", "NotAuthorizedException", "Identity pool - us-east-1:0a does not have identity providers configured.")]
    [InlineData("our own key", "NotAuthorizedException", "Invalid login token. Can't pass in a Cognito token.")]
    [InlineData("our own key and another", "InvalidParameterException", "cognito-identity.amazonaws.com cannot be combined with other logins.")]
    public async Task What_the_request_alone_decides_asks_no_provider(string situation, string type, string message)
    {
        var outcome = situation switch
        {
            "unknown pool" => await Call(OnePool.Named("us-east-1:0b"), ("fake", "alice")),
            "guests off" => await Call(OnePool.Named(PoolName)),
            "no providers" => await Call(OnePool.Named(PoolName, anyProvider: false), ("fake", "alice")),
            "our own key" => await Call(OnePool.Named(PoolName), (LoginVerifier.CognitoKey, "a.b.c")),
            _ => await Call(OnePool.Named(PoolName), (LoginVerifier.CognitoKey, "a.b.c"), ("fake", "alice")),
        };

        Assert.Equal(new ApiError(type, message), outcome.Error);
        Assert.Equal(0, _provider.Calls);
    }

    [Theory]
    [InlineData("alice", "InvalidParameterException", "Please provide a valid public provider")]
    [InlineData("cognito", "NotAuthorizedException", "Invalid login token. Can't pass in a Cognito token.")]
    public async Task The_developers_users_are_named_by_the_developer_alone(string value, string type, string message)
    {
        var outcome = await Call(OnePool.Named(PoolName, developer: "login.me"), ("login.me", value));

        Assert.Equal(new ApiError(type, message), outcome.Error);
        Assert.Empty(_store.Calls);
    }

    [Fact]
    public async Task A_call_pays_once_and_before_any_provider_is_asked_or_anything_written()
    {
        (int Calls, int Writes) before = (-1, -1);
        _throttling.Budgets.OnSpending = () => before = (_provider.Calls, _store.Calls.Count);

        Assert.NotNull((await Call(OnePool.Named(PoolName), ("fake", "alice"), ("other", "alice"))).Value);
        Assert.Equal((0, 0), before);
        Assert.Single(_throttling.Budgets.Spent);
    }

    [Fact]
    public async Task Beyond_a_limit_no_provider_is_asked_and_nothing_is_written()
    {
        _throttling.Budgets.UsedUp = "account/";

        Assert.Equal(ApiError.TooManyRequests(), (await Call(OnePool.Named(PoolName), ("fake", "alice"))).Error);
        Assert.Equal(0, _provider.Calls);
        Assert.Empty(_store.Calls);
    }

    public void Dispose() => _throttling.Dispose();

    private ValueTask<Outcome<GetIdResponse>> Call(Pool pool, params (string Key, string Token)[] logins)
    {
        var resolver = new IdentityResolver(_store, TimeProvider.System, () => new IdentityId($"us-east-1:{_ids++}"));
        var operation = new GetId(new PublicCalls(_store, new OnePool(pool), _throttling.Limits), new LoginVerifier([_provider]), resolver);
        return operation.ExecuteAsync(
            new GetIdInput(null, PoolName, logins.ToDictionary(login => login.Key, string? (login) => login.Token)),
            ThrottlingRig.Call("GetId"),
            CancellationToken.None);
    }
}

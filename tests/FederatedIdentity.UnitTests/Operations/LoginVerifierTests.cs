using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;

namespace FederatedIdentity.UnitTests.Operations;

public sealed class LoginVerifierTests
{
    private static readonly Pool Pool = OnePool.Named("us-east-1:0a");
    private static readonly LoginVerdict Rejected = new LoginVerdict.Rejected(LoginSentences.Unverified, "no");
    private static readonly LoginVerdict Unreachable = new LoginVerdict.Unreachable("away");

    private readonly PatientProvider _provider = new();

    [Fact]
    public async Task All_logins_are_judged_at_once_and_stay_in_request_order()
    {
        var verifying = VerifyAsync("a", "b", "c");
        Assert.Equal(["a", "b", "c"], _provider.Asked);

        _provider["c"].SetResult(Verified("c"));
        _provider["a"].SetResult(Verified("a"));
        Assert.False(verifying.IsCompleted);
        _provider["b"].SetResult(Verified("b"));

        Assert.Equal(["a", "b", "c"], (await verifying).Value!.Select(login => login.Login.Provider));
    }

    [Fact]
    public async Task The_first_login_of_the_request_that_fails_decides_the_error()
    {
        var verifying = VerifyAsync("a", "b", "c");
        _provider["c"].SetResult(Rejected);
        _provider["b"].SetResult(Unreachable);
        _provider["a"].SetResult(Verified("a"));
        Assert.Equal(ApiError.ExternalService("b"), (await verifying).Error);

        verifying = VerifyAsync("d", "e");
        _provider["e"].SetResult(Unreachable);
        _provider["d"].SetResult(Rejected);
        Assert.Equal(ApiError.NotAuthorized(LoginSentences.Unverified), (await verifying).Error);
    }

    [Fact]
    public async Task A_bug_is_thrown_after_everybody_has_finished()
    {
        var verifying = VerifyAsync("a", "b");
        _provider["a"].SetException(new FormatException());
        Assert.False(verifying.IsCompleted);
        _provider["b"].SetResult(Rejected);

        await Assert.ThrowsAsync<FormatException>(() => verifying);
    }

    [Fact]
    public async Task Two_bugs_are_both_thrown()
    {
        var verifying = VerifyAsync("a", "b", "c");
        _provider["a"].SetException(new FormatException());
        _provider["b"].SetException(new OverflowException());
        _provider["c"].SetResult(Verified("c"));

        var thrown = await Assert.ThrowsAsync<AggregateException>(() => verifying);
        Assert.Equal([typeof(FormatException), typeof(OverflowException)], thrown.InnerExceptions.Select(inner => inner.GetType()));
    }

    [Fact]
    public async Task A_bug_before_the_first_await_leaves_the_other_logins_awaited()
    {
        _provider.ThrowsFor = "b";
        var verifying = VerifyAsync("a", "b", "c");
        Assert.Equal(["a", "b", "c"], _provider.Asked);
        _provider["a"].SetResult(Verified("a"));
        Assert.False(verifying.IsCompleted);
        _provider["c"].SetResult(Verified("c"));

        await Assert.ThrowsAsync<FormatException>(() => verifying);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        var verifying = VerifyAsync("a", "b");
        _provider["a"].SetCanceled();
        _provider["b"].SetCanceled();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifying);
    }

    private static LoginVerdict.Verified Verified(string key) =>
        new(new Login(LoginKind.Public, key, "user"), key + ":user", LoginClaims.None);

    private Task<Outcome<VerifiedLogin[]>> VerifyAsync(params string[] keys) =>
        new LoginVerifier([_provider]).VerifyAsync(Pool, keys.ToDictionary(key => key, _ => (string?)"token"), new CallContext("request", null), default).AsTask();

    /// <summary>Answers when the test says so.</summary>
    private sealed class PatientProvider : ILoginProvider
    {
        private readonly Dictionary<string, TaskCompletionSource<LoginVerdict>> _answers = [];

        public IEnumerable<string> Asked => _answers.Keys;

        public string? ThrowsFor { get; set; }

        public TaskCompletionSource<LoginVerdict> this[string key] => _answers[key];

        public bool Serves(string loginKey, Pool pool) => true;

        public ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
        {
            var answer = _answers[loginKey] = new TaskCompletionSource<LoginVerdict>();
            return loginKey == ThrowsFor ? throw new FormatException() : new(answer.Task);
        }
    }
}

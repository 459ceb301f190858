using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Sharing;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Throttling;
using FederatedIdentity.UnitTests.Operations;

namespace FederatedIdentity.UnitTests.Throttling;

public sealed class RateLimitsTests : IDisposable
{
    private const string Account = "111122223333";
    private static readonly IdentityId Identity = new("us-east-1:00000000-0000-4000-8000-00000000000a");

    private ThrottlingRig _rig = new();

    [Fact]
    public async Task A_signed_call_spends_its_accounts_budget_alone()
    {
        Assert.Null(await _rig.Limits.OfCallerAsync(Signed("ListIdentities"), CancellationToken.None));

        Assert.Equal([new RateCharge($"account/{Account}/ListIdentities", 5, 2)], Assert.Single(_rig.Budgets.Spent));
    }

    [Fact]
    public async Task A_call_about_an_identity_spends_four_budgets_in_one_go()
    {
        With(options => options.PerPool = 40);
        var pool = OnePool.Named("us-east-1:0a");

        Assert.Null(await _rig.Limits.OfStrangerAsync(pool, Identity, ThrottlingRig.Call("GetOpenIdToken"), CancellationToken.None));

        var charges = Assert.Single(_rig.Budgets.Spent);
        Assert.Equal(
            [
                new("account/000000000000/GetOpenIdToken", 200, 50), new("source/203.0.113.9", 250, 62), new("pool/us-east-1:0a", 40, 10),
            ],
            charges[..3]);
        Assert.Equal((10, 2), (charges[3].PerSecond, charges[3].Burst));
        Assert.StartsWith("identity/", charges[3].Name, StringComparison.Ordinal);
        Assert.DoesNotContain(Identity.Value, charges[3].Name, StringComparison.Ordinal); // A guest's id is a secret.
        Assert.Equal(4, charges.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("account/")]
    public async Task An_answer_that_comes_late_counts_as_one_at_once_and_whoever_waits_for_it_goes_on_elsewhere(string? usedUp)
    {
        var answer = new TaskCompletionSource();
        (_rig.Budgets.Answering, _rig.Budgets.UsedUp) = (answer.Task, usedUp);

        var payment = _rig.Limits.OfCallerAsync(Signed("ListIdentities"), CancellationToken.None).AsTask();
        Assert.False(payment.IsCompleted);
        Assert.True(payment.CreationOptions.HasFlag(TaskCreationOptions.RunContinuationsAsynchronously));
        answer.SetResult();

        Assert.Equal(usedUp is null ? null : "TooManyRequestsException", (await payment)?.Type);
    }

    [Fact]
    public async Task What_is_thrown_late_is_thrown_at_whoever_pays()
    {
        var answer = new TaskCompletionSource();
        _rig.Budgets.Answering = answer.Task;

        var payment = _rig.Limits.OfCallerAsync(Signed("ListIdentities"), CancellationToken.None).AsTask();
        answer.SetException(new FormatException());

        await Assert.ThrowsAsync<FormatException>(() => payment);
    }

    [Fact]
    public async Task Nobody_uses_up_an_identitys_budget_for_others()
    {
        foreach (var source in new[] { "203.0.113.9", "203.0.113.10", "203.0.113.9", null })
        {
            await _rig.Limits.OfStrangerAsync(OnePool.Named("p"), Identity, ThrottlingRig.Call("GetOpenIdToken", source), default);
        }

        var names = _rig.Budgets.Spent.Select(charges => charges.Last().Name).ToArray();
        Assert.All(names, name => Assert.StartsWith("identity/", name, StringComparison.Ordinal));
        Assert.Equal(names[0], names[2]);
        Assert.Equal(3, names.Distinct().Count());
    }

    [Theory]
    [InlineData(null, 0, null)]
    [InlineData(null, 7, 7.0)]
    [InlineData(3, 0, 3.0)]
    [InlineData(3, 7, 3.0)]
    [InlineData(0, 7, null)]
    public async Task A_pools_own_limit_goes_before_that_of_all_pools(int? own, double ofAll, double? expected)
    {
        With(options => options.PerPool = ofAll);
        var pool = OnePool.Named("us-east-1:0a") with { RateLimit = own };

        await _rig.Limits.OfStrangerAsync(pool, identity: null, ThrottlingRig.Call("GetId"), CancellationToken.None);

        var charge = Assert.Single(_rig.Budgets.Spent).Where(charge => charge.Name.StartsWith("pool/", StringComparison.Ordinal));
        Assert.Equal(expected, charge.Select(found => (double?)found.PerSecond).SingleOrDefault());
    }

    [Fact]
    public async Task A_call_for_a_role_spends_the_budgets_of_its_account_and_of_its_source()
    {
        await _rig.Limits.OfStrangerAsync(Account, ThrottlingRig.Call("AssumeRoleWithWebIdentity"), CancellationToken.None);

        Assert.Equal([$"account/{Account}/AssumeRoleWithWebIdentity", "source/203.0.113.9"], _rig.Budgets.Names);
    }

    [Fact]
    public async Task Who_is_turned_away_spends_nothing_of_an_account()
    {
        await _rig.Limits.OfTurnedAwayAsync(Signed("DeleteIdentities"), CancellationToken.None);

        Assert.Equal(["source/203.0.113.9"], _rig.Budgets.Names);
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::")]
    public async Task A_source_is_an_address_or_a_subscribers_network(string address, string name)
    {
        await _rig.Limits.OfTurnedAwayAsync(ThrottlingRig.Call("GetId", address), CancellationToken.None);

        Assert.Equal([$"source/{name}"], _rig.Budgets.Names);
    }

    [Theory]
    [InlineData("GetId", "GetId", 25)]
    [InlineData("DeleteIdentities", "DeleteIdentities", 10)]
    [InlineData("UnlinkIdentity", "UnlinkIdentity", 50)]
    [InlineData("CreateIdentityPool", "ControlPlane", 50)]
    [InlineData("DescribeIdentity", "ControlPlane", 50)]
    [InlineData("AssumeRole", "Sts", 600)]
    [InlineData("GetCallerIdentity", "Sts", 600)]
    [InlineData("CreateUser", "Iam", 50)]
    [InlineData("TagRole", "Iam", 50)]
    public async Task Operations_without_a_limit_of_their_own_share_that_of_their_class(string operation, string budget, double perSecond)
    {
        await _rig.Limits.OfCallerAsync(Signed(operation), CancellationToken.None);

        var charge = Assert.Single(Assert.Single(_rig.Budgets.Spent));
        Assert.Equal(($"account/{Account}/{budget}", perSecond), (charge.Name, charge.PerSecond));
    }

    [Fact]
    public async Task An_operation_that_is_given_a_limit_leaves_its_class_and_zero_is_no_limit()
    {
        With(options => (options.Operations["describeidentity"], options.Operations["Iam"], options.PerSource) = (80, 0, 0));

        await _rig.Limits.OfCallerAsync(Signed("DescribeIdentity"), CancellationToken.None);
        Assert.Equal([new RateCharge($"account/{Account}/DescribeIdentity", 80, 20)], Assert.Single(_rig.Budgets.Spent));

        await _rig.Limits.OfCallerAsync(Signed("CreateUser"), CancellationToken.None);
        await _rig.Limits.OfTurnedAwayAsync(Signed("CreateUser"), CancellationToken.None);
        Assert.Single(_rig.Budgets.Spent); // Nobody was asked.
    }

    [Fact]
    public async Task Switched_off_nobody_is_asked()
    {
        With(options => options.Enabled = false);
        _rig.Budgets.UsedUp = "";

        Assert.Null(await _rig.Limits.OfCallerAsync(Signed("GetCallerIdentity"), CancellationToken.None));
        Assert.Null(await _rig.Limits.OfTurnedAwayAsync(Signed("GetCallerIdentity"), CancellationToken.None));
        Assert.Empty(_rig.Budgets.Spent);
    }

    [Theory]
    [InlineData("account/", "GetOpenIdToken account")]
    [InlineData("pool/", "GetOpenIdToken pool")]
    [InlineData("source/", "GetOpenIdToken source")]
    [InlineData("identity/", "GetOpenIdToken identity")]
    public async Task Any_used_up_budget_refuses_and_is_counted(string usedUp, string counted)
    {
        With(options => options.PerPool = 1);
        _rig.Budgets.UsedUp = usedUp;

        Assert.Equal(TooMany, await StrangerAsync());
        Assert.Equal([counted], _rig.Counted);
        Assert.Equal(usedUp == "source/", _rig.Limits.RefusalAtOnce(ThrottlingRig.Call("GetId")) is not null);
    }

    [Fact]
    public async Task Budgets_that_do_not_know_which_it_was_refuse_all_the_same()
    {
        (_rig.Budgets.UsedUp, _rig.Budgets.IsSilent) = ("source/", true);

        Assert.Equal(TooMany, await StrangerAsync());
        Assert.Equal(["GetOpenIdToken unknown"], _rig.Counted);
        Assert.Null(_rig.Limits.RefusalAtOnce(ThrottlingRig.Call("GetId")));
    }

    [Fact]
    public void A_source_that_is_known_to_be_used_up_is_refused_without_asking()
    {
        _rig.Budgets.UsedUp = "source/2001:db8::";

        Assert.Equal(TooMany, _rig.Limits.RefusalAtOnce(ThrottlingRig.Call("GetId", "2001:db8::2")));
        Assert.Null(_rig.Limits.RefusalAtOnce(ThrottlingRig.Call("GetId", "2001:db8:0:1::1")));
        Assert.Null(_rig.Limits.RefusalAtOnce(ThrottlingRig.Call("GetId", source: null)));
        Assert.Empty(_rig.Budgets.Spent);
        Assert.Equal(["GetId source"], _rig.Counted);

        With(options => options.Enabled = false);
        _rig.Budgets.UsedUp = "";
        Assert.Null(_rig.Limits.RefusalAtOnce(ThrottlingRig.Call("GetId")));
    }

    public void Dispose() => _rig.Dispose();

    private static ApiError TooMany => new("TooManyRequestsException", "Rate exceeded");

    private static CallContext Signed(string operation)
    {
        var call = ThrottlingRig.Call(operation);
        call.Caller = new Caller(CallerKind.Root, Account, $"arn:aws:iam::{Account}:root", Account, Account) { AccessKeyId = "AKIA" };
        return call;
    }

    private ValueTask<ApiError?> StrangerAsync(string source = "203.0.113.9") => _rig.Limits.OfStrangerAsync(
        OnePool.Named("us-east-1:0a"), Identity, ThrottlingRig.Call("GetOpenIdToken", source), CancellationToken.None);

    private void With(Action<RateLimitOptions> change)
    {
        var options = new RateLimitOptions();
        change(options);
        _rig.Dispose();
        _rig = new ThrottlingRig(options);
    }
}

using FederatedIdentity.Domain;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Iam;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.UnitTests.Throttling;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Protocol;

public sealed class SignedCallsTests : IDisposable
{
    private const string Account = "111122223333";

    private readonly ThrottlingRig _rig = new();

    [Theory]
    [InlineData(nameof(Access.Signed))]
    [InlineData(nameof(Access.Authenticated))]
    public async Task Who_may_pays_once_for_its_account(string access)
    {
        Assert.Null(await RefusalAsync(Enum.Parse<Access>(access), session: null));
        Assert.Equal([$"account/{Account}/Iam"], _rig.Budgets.Names);
    }

    [Fact]
    public async Task Who_may_not_pays_once_for_its_source_and_is_told_so()
    {
        Assert.Equal("AccessDeniedException", (await RefusalAsync(Access.Signed, WithoutIam()))?.Type);
        Assert.Equal(["source/203.0.113.9"], _rig.Budgets.Names);
    }

    [Fact]
    public async Task Who_may_not_is_limited_all_the_same()
    {
        _rig.Budgets.UsedUp = "source/";

        Assert.Equal(ApiError.TooManyRequests(), await RefusalAsync(Access.Signed, WithoutIam()));
    }

    [Fact]
    public async Task A_public_call_pays_later()
    {
        Assert.Null(await RefusalAsync(Access.Public, session: null));
        Assert.Empty(_rig.Budgets.Spent);
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>A session that GetSessionToken made: it may do nothing in IAM, which is decided without a database.</summary>
    private static SessionGrant WithoutIam() => new("ASIA", new SecretKey("s"), default, default, null!);

    private ValueTask<ApiError?> RefusalAsync(Access access, SessionGrant? session)
    {
        var call = ThrottlingRig.Call("ListUsers");
        call.Caller = new Caller(CallerKind.Root, Account, $"arn:aws:iam::{Account}:root", Account, Account)
        {
            AccessKeyId = "AKIA",
            Session = session,
        };
        var authorizer = new Authorizer(null!, null!, null!, Options.Create(new DeploymentOptions()), TimeProvider.System);
        return new SignedCalls(authorizer, _rig.Limits).RefusalAsync(
            access, "iam", new ListUsersInput(null, null, null), call, CancellationToken.None);
    }
}

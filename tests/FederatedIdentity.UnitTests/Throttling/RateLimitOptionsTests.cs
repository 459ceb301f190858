using FederatedIdentity.Server.Iam;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Server.Throttling;
using Microsoft.Extensions.Configuration;

namespace FederatedIdentity.UnitTests.Throttling;

public sealed class RateLimitOptionsTests
{
    [Fact]
    public void Published_quotas_are_the_defaults()
    {
        var limits = new RateLimitOptions().Operations;

        Assert.Equal(
            [25, 200, 200, 50, 5, 10, 5, 5, 10],
            ((string[])
            [
                "GetId", "GetOpenIdToken", "GetCredentialsForIdentity", "GetOpenIdTokenForDeveloperIdentity", "ListIdentities",
                "DeleteIdentities", "TagResource", "UntagResource", "ListTagsForResource",
            ]).Select(operation => limits[operation]));
        Assert.True(Verdict(new RateLimitOptions()).Succeeded);
    }

    /// <summary>Budgets are called by the operation alone, and whoever may call without a key has no part in an administrator's.</summary>
    [Fact]
    public void No_two_services_share_the_name_of_an_operation_and_strangers_share_no_budget_with_administrators()
    {
        string[] names =
        [
            .. ApiSurface.Operations.Keys,
            .. StsSurface.Actions.Concat(IamSurface.Actions).Select(action => action.Name),
            RateLimitOptions.ControlPlane, RateLimitOptions.Sts, RateLimitOptions.Iam,
        ];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());

        var options = new RateLimitOptions();
        string[] strangers =
        [
            .. ApiSurface.Operations.Values.Where(operation => operation.Access == Access.Public).Select(operation => operation.Name),
            .. StsSurface.Actions.Where(action => action.Access == Access.Public).Select(action => action.Name),
        ];
        Assert.Equal(strangers, strangers.Select(options.BudgetOf));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(25)]
    [InlineData(50)]
    [InlineData(200)]
    [InlineData(600)]
    [InlineData(12345)]
    public void Ten_seconds_never_hold_more_than_a_twentieth_too_many(double perSecond)
    {
        var charge = new RateBill(new RateLimitOptions().Burst).Add(RateScope.Account, "a", perSecond).Charges.Span[0];

        Assert.InRange((10 * perSecond) + charge.Burst, 10 * perSecond, 10.5 * perSecond);
    }

    [Theory]
    [InlineData("Operations:GetId", "100")]
    [InlineData("Operations:getid", "0")]
    [InlineData("Operations:CreateUser", "0.5")]
    [InlineData("Operations:AssumeRole", "1000000")]
    [InlineData("Operations:ControlPlane", "10")]
    [InlineData("PerPool", "0.01")]
    [InlineData("PerSource", "0")]
    [InlineData("Burst", "0")]
    [InlineData("Burst", "10")]
    public void What_can_be_a_limit_is_taken(string setting, string value) => Assert.True(Verdict(Bound(setting, value)).Succeeded);

    [Theory]
    [InlineData("Operations:GetIds", "100", "there is no 'GetIds'")]
    [InlineData("Operations:", "100", "there is no ''")]
    [InlineData("Operations:GetId", "-1", "Operations:GetId")]
    [InlineData("Operations:GetId", "0.001", "Operations:GetId")]
    [InlineData("Operations:GetId", "NaN", "Operations:GetId")]
    [InlineData("Operations:GetId", "Infinity", "Operations:GetId")]
    [InlineData("PerPool", "-1", "PerPool")]
    [InlineData("PerSource", "1e9", "PerSource")]
    [InlineData("PerIdentity", "NaN", "PerIdentity")]
    [InlineData("Burst", "-1", "Burst")]
    [InlineData("Burst", "NaN", "Burst")]
    public void What_cannot_be_a_limit_stops_the_start(string setting, string value, string named)
    {
        var verdict = Verdict(Bound(setting, value));

        Assert.False(verdict.Succeeded);
        Assert.Contains(named, verdict.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_none_stops_the_start() =>
        Assert.Throws<InvalidOperationException>(() => Bound("Operations:GetId", "many"));

    private static RateLimitOptions Bound(string setting, string value)
    {
        var options = new RateLimitOptions();
        new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build().Bind(options);
        return options;
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Verdict(RateLimitOptions options) =>
        new RateLimitOptionsValidator().Validate(name: null, options);
}

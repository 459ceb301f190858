using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.UnitTests.Operations;

public sealed class ProviderValueRulesTests
{
    [Theory]
    [InlineData("graph.facebook.com", "7346241598935552", true)]
    [InlineData("graph.facebook.com", "1", true)]
    [InlineData("graph.facebook.com", "app-1", false)]
    [InlineData("graph.facebook.com", "1.0", false)]
    [InlineData("graph.facebook.com", "1;2", false)]
    [InlineData("graph.facebook.com", "\u0661", false)]
    [InlineData("graph.facebook.com", "1\n", false)]
    [InlineData("www.amazon.com", "amzn1.application-oa2-client.188a56d827a7d6555a8b67a5d", true)]
    [InlineData("www.amazon.com", "amzn1.application.188a56d827a7d6555a8b67a5d", true)]
    [InlineData("www.amazon.com", "amzn1.application-oa2-client.", false)]
    [InlineData("www.amazon.com", "amzn1.application.", false)]
    [InlineData("www.amazon.com", "amzn1.application", false)]
    [InlineData("www.amazon.com", "Amzn1.application.1", false)]
    [InlineData("www.amazon.com", "amzn1.account.1", false)]
    [InlineData("accounts.google.com", "anything", true)]
    public void A_value_names_an_app_in_its_providers_own_way(string key, string value, bool fits)
    {
        var objection = ProviderValueRules.Objection(new Dictionary<string, string?> { ["accounts.google.com"] = "web", [key] = value });

        Assert.Equal(fits, objection is null);
        Assert.True(objection is null or { Type: "InvalidParameterException" });
    }

    [Fact]
    public void An_objection_does_not_repeat_the_value()
    {
        var objection = ProviderValueRules.Objection(new Dictionary<string, string?> { ["graph.facebook.com"] = "not-an-app" });

        Assert.Equal("The value of graph.facebook.com must be an app id, which is a decimal number.", objection?.Message);
    }

    [Fact]
    public void No_providers_need_no_values() => Assert.Null(ProviderValueRules.Objection(null));
}

using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;

namespace FederatedIdentity.UnitTests.Operations;

public sealed class ProviderValueRulesTests
{
    [Theory]
    [InlineData("graph.facebook.com", "7346241598935552", true)]
    [InlineData("graph.facebook.com", "1", true)]
    [InlineData("graph.facebook.com", "app-1", true)]
    [InlineData("graph.facebook.com", "1.0", true)]
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
    [InlineData("api.twitter.com", "a;b", true)]
    [InlineData("www.digits.com", "c;d", true)]
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
        var objection = ProviderValueRules.Objection(new Dictionary<string, string?> { ["graph.facebook.com"] = "not;an;app" });

        Assert.Equal("The value of graph.facebook.com must be one app id.", objection?.Message);
    }

    [Fact]
    public void No_providers_need_no_values() => Assert.Null(ProviderValueRules.Objection(null));

    [Theory]
    [InlineData("consumerKey")]
    [InlineData("consumerKey;")]
    [InlineData(";consumerSecret")]
    [InlineData("a;b;c")]
    [InlineData("a;;c")]
    [InlineData(";")]
    public void P28_a_value_of_Twitter_or_Digits_that_is_no_pair_is_refused(string value)
    {
        foreach (var provider in new[] { "api.twitter.com", "www.digits.com" })
        {
            Assert.Equal(
                ApiError.InvalidParameter($"The value of {provider} must be a consumer key and a consumer secret, joined by one semicolon."),
                ProviderValueRules.Objection(new Dictionary<string, string?> { [provider] = value }));
        }
    }
}

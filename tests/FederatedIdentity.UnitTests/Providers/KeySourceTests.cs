using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class KeySourceTests
{
    [Theory]
    [InlineData("https://login.example.com", "https://login.example.com/.well-known/openid-configuration")]
    [InlineData("https://login.example.com/", "https://login.example.com/.well-known/openid-configuration")]
    [InlineData("https://login.example.com/t/", "https://login.example.com/t/.well-known/openid-configuration")]
    [InlineData("https://login.example.com//", "https://login.example.com//.well-known/openid-configuration")]
    public void Discovery_lies_below_the_issuer_without_one_slash(string issuer, string expected) =>
        Assert.Equal(expected, KeySource.WellKnown(issuer));

    [Theory]
    [InlineData("https://login.example.com", "https://login.example.com/keys", true)]
    [InlineData("https://login.example.com", "https://LOGIN.example.com:8443/keys", true)]
    [InlineData("https://login.example.com", "https://keys.example.com/", true)]
    [InlineData("https://login.example.com", "https://pinned.example.net/", true)]
    [InlineData("https://login.example.com", "https://example.com.evil.net/", false)]
    [InlineData("https://login.example.com", "https://evilexample.com/", false)]
    [InlineData("https://login.example.com", "https://sub.pinned.example.net/", false)]
    [InlineData("https://login.example.co.uk", "https://evil.co.uk/", false)]
    [InlineData("https://login.example.co.uk", "https://keys.example.co.uk/", true)]
    [InlineData("https://10.0.0.1", "https://11.0.0.1/", false)]
    [InlineData("https://idp", "https://other/", false)]
    public void Keys_lie_in_the_issuers_own_domain_or_on_a_pinned_host(string issuer, string keys, bool may) =>
        Assert.Equal(may, KeySource.Discovery("oidc", KeySource.WellKnown(issuer), issuer, ["pinned.example.net"]).MayServeKeys(new Uri(keys)));

    [Fact]
    public void Sources_are_equal_when_they_read_the_same_place_for_the_same_issuer()
    {
        string[] hosts = [];

        Assert.Equal(KeySource.Discovery("oidc", "https://a/d", "https://a", hosts), KeySource.Discovery("oidc", "https://a/d", "https://a", hosts));
        Assert.NotEqual(KeySource.Discovery("oidc", "https://a/d", "https://a", hosts), KeySource.Discovery("oidc", "https://a/d", "https://a/", hosts));
    }
}

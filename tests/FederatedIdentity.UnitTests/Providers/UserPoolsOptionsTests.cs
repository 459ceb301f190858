using FederatedIdentity.Providers;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.Options;
using FederatedIdentity.Providers.UserPools;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Which settings stop the start, and which addresses they lead to.</summary>
public sealed class UserPoolsOptionsTests
{
    private const string Pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001";

    [Fact]
    public void Nothing_at_all_is_fine() => Assert.Empty(new UserPoolsOptions().Faults());

    [Fact]
    public void Every_bad_setting_is_named_and_no_secret_is()
    {
        var options = new UserPoolsOptions
        {
            Endpoint = "{region}",
            CheckEndpoint = "https://cognito-idp.{region}.amazonaws.com/?x=1",
            RevocationEndpoint = "ftp://revocations",
            SecretAccessKey = "the-secret",
        };

        var faults = options.Faults().ToArray();

        Assert.Equal(4, faults.Length);
        Assert.DoesNotContain(faults, fault => fault.Contains("the-secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("id", null, null, 1)]
    [InlineData(null, "secret", null, 1)]
    [InlineData(null, null, "session", 1)]
    [InlineData("id", null, "session", 1)]
    [InlineData("id", "secret", null, 0)]
    [InlineData("id", "secret", "session", 0)]
    public void Credentials_are_whole_or_absent(string? id, string? secret, string? session, int faults) => Assert.Equal(
        faults, new UserPoolsOptions { AccessKeyId = id, SecretAccessKey = secret, SessionToken = session }.Faults().Count());

    [Theory]
    [InlineData(
        Pool, null, null,
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001", "https://cognito-idp.us-east-1.amazonaws.com/")]
    [InlineData(
        "cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A", null, null,
        "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A", "https://cognito-idp.cn-north-1.amazonaws.com.cn/")]
    [InlineData(Pool, "https://p:1/{region}/x/{userPoolId}", null, "https://p:1/us-east-1/x/us-east-1_TEST00001", "https://p:1/")]
    [InlineData(Pool, "https://k/{userPoolId}/", "https://{region}.check/p", "https://k/us-east-1_TEST00001", "https://us-east-1.check/p")]
    [InlineData("emulator:9229/eu-west-1_B", null, null, "https://emulator:9229/eu-west-1_B", "https://emulator:9229/")]
    [InlineData("127.0.0.1:9229/eu-west-1_B", null, null, "http://127.0.0.1:9229/eu-west-1_B", "http://127.0.0.1:9229/")]
    [InlineData("127.0.0.1:9229/eu-west-1_B", "http://e/{region}/{userPoolId}", null, "http://e/eu-west-1/eu-west-1_B", "http://e/")]
    public void A_pool_is_asked_where_the_settings_say(string key, string? endpoint, string? check, string keys, string users)
    {
        var options = new ProvidersOptions();
        (options.UserPools.Endpoint, options.UserPools.CheckEndpoint) = (endpoint, check);
        var outbound = new OutboundOptions { AllowedPrivateHosts = { "127.0.0.1:9229" } };
        var addresses = new UserPoolAddresses(Options.Create(options), Options.Create(outbound));
        var pool = UserPoolName.TryParse(key)!;

        Assert.Equal(keys + "/.well-known/jwks.json", addresses.KeysOf(pool));
        Assert.Equal(users, addresses.CheckOf(pool)?.ToString());
    }

    [Theory]
    [InlineData("emulator:99999/pool")]
    [InlineData("emulator:0/pool")]
    [InlineData("-.-:1/pool")]
    public void An_address_that_is_none_breaks_nothing(string key)
    {
        var addresses = new UserPoolAddresses(Options.Create(new ProvidersOptions()), Options.Create(new OutboundOptions()));
        var pool = UserPoolName.TryParse(key)!;

        Assert.EndsWith("/.well-known/jwks.json", addresses.KeysOf(pool), StringComparison.Ordinal);
        Assert.True(addresses.CheckOf(pool) is null or { Scheme: "https" });
    }
}

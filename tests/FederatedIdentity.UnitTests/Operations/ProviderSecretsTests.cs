using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.UnitTests.Operations;

public sealed class ProviderSecretsTests
{
    private const string Twitter = "api.twitter.com";
    private const string Account = "123456789012";

    private readonly ProviderSecrets _secrets = new(new MasterKey(new byte[MasterKey.Length]));

    private readonly IdentityPoolRow _pool = new()
    {
        Id = "us-east-1:00000000-0000-4000-8000-000000000001",
        AccountId = Account,
        Name = "p",
        AllowUnauthenticated = false,
        CreatedAt = default,
        ModifiedAt = default,
    };

    [Theory]
    [InlineData(true, "key;secret")]
    [InlineData(false, "key;REDACTED")]
    public void Only_who_may_see_a_secret_is_shown_it(bool maySeeSecrets, string shown)
    {
        Assert.Null(Store("key;secret"));

        Assert.Equal(shown, Shown(maySeeSecrets));
    }

    [Fact]
    public void A_call_without_a_caller_sees_none()
    {
        Store("key;secret");

        Assert.Equal("key;REDACTED", _secrets.Show(_pool, new CallContext("1", null))[Twitter]);
    }

    [Fact]
    public void A_placeholder_keeps_the_secret_of_the_same_consumer_key()
    {
        Store("key;secret");

        Assert.Null(Store("key;REDACTED"));

        Assert.Equal("key;secret", Shown());
    }

    [Theory]
    [InlineData("other;REDACTED")]
    [InlineData("Key;REDACTED")]
    public void A_placeholder_for_another_consumer_key_is_refused_and_changes_nothing(string value)
    {
        Store("key;secret");

        Assert.Equal("InvalidParameterException", Store(value)?.Type);

        Assert.Equal("key;secret", Shown());
    }

    [Fact]
    public void A_placeholder_keeps_the_secret_of_no_other_provider()
    {
        Store("key;secret");

        Assert.Equal("InvalidParameterException", Store("key;REDACTED", "www.digits.com")?.Type);
    }

    [Fact]
    public void A_placeholder_with_nothing_behind_it_is_refused() => Assert.Equal(
        ApiError.InvalidParameter("No consumer secret of api.twitter.com is stored for this consumer key."), Store("key;REDACTED"));

    [Fact]
    public void Another_secret_replaces_the_one_before()
    {
        Store("key;secret");
        Store("key;newer");

        Assert.Equal("key;newer", Shown());
        Assert.Null(_secrets.Store(_pool, null));
        Assert.Empty(_pool.SupportedLoginProviders.Keys);
    }

    private ApiError? Store(string value, string provider = Twitter) =>
        _secrets.Store(_pool, new Dictionary<string, string?> { [provider] = value });

    private string Shown(bool maySeeSecrets = true) =>
        _secrets.Show(_pool, new CallContext("1", null) { MaySeeSecrets = maySeeSecrets })[Twitter];
}

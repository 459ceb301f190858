using System.Security.Cryptography;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.UnitTests.Storage;

public sealed class StoredProvidersTests
{
    private const string Pool = "us-east-1:00000000-0000-4000-8000-000000000001";

    private static readonly Dictionary<string, string> Clear = new()
    {
        ["api.twitter.com"] = "key;hidden-secret",
        ["www.digits.com"] = "key;hidden-secret",
        ["graph.facebook.com"] = "7346241598935552",
    };

    private readonly MasterKey _masterKey = new(new byte[MasterKey.Length]);

    [Fact]
    public void What_is_sealed_opens_for_its_pool()
    {
        var stored = StoredProviders.Seal(Clear, Pool, _masterKey);

        Assert.Equal(Clear, stored.Open(Pool, _masterKey));
        Assert.Equal(Clear.Keys.Order(), stored.Keys.Order());
    }

    [Fact]
    public void It_opens_for_no_other_pool_and_no_other_master_key()
    {
        var stored = StoredProviders.Seal(Clear, Pool, _masterKey);

        Assert.ThrowsAny<CryptographicException>(() => stored.Open(Pool[..^1] + "2", _masterKey));
        Assert.ThrowsAny<CryptographicException>(
            () => stored.Open(Pool, new MasterKey([.. Enumerable.Repeat((byte)1, MasterKey.Length)])));
    }

    [Fact]
    public void It_says_which_master_key_wrapped_its_secrets()
    {
        string?[] ours = [_masterKey.Fingerprint, _masterKey.Fingerprint];
        Assert.Equal(ours, StoredProviders.Seal(Clear, Pool, _masterKey).Fingerprints());
    }

    [Fact]
    public void Redacted_it_shows_keys_and_no_secret() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["api.twitter.com"] = "key;REDACTED",
            ["www.digits.com"] = "key;REDACTED",
            ["graph.facebook.com"] = "7346241598935552",
        },
        StoredProviders.Seal(Clear, Pool, _masterKey).Redacted());

    [Theory]
    [InlineData("a;b;c", "a;REDACTED")]
    [InlineData(";secret", ";REDACTED")]
    [InlineData("key;", "key;REDACTED")]
    [InlineData("no-separator", "REDACTED")]
    public void A_value_of_another_form_from_before_survives_and_is_hidden(string value, string shown)
    {
        var stored = StoredProviders.Seal(new Dictionary<string, string> { ["api.twitter.com"] = value }, Pool, _masterKey);

        Assert.Equal(value, stored.Open(Pool, _masterKey)["api.twitter.com"]);
        Assert.Equal(shown, stored.Redacted()["api.twitter.com"]);
    }
}

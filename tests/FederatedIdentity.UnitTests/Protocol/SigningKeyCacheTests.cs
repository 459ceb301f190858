using FederatedIdentity.Domain;
using FederatedIdentity.Server.Protocol;

namespace FederatedIdentity.UnitTests.Protocol;

public sealed class SigningKeyCacheTests
{
    private static readonly AccessKey _key = Key("A", "secret");

    private readonly SigningKeyCache _cache = new(capacity: 1);

    [Fact]
    public void Same_scope_is_derived_once() => Assert.True(Find(_key) == Find(_key));

    [Fact]
    public void Another_secret_is_derived_anew_and_replaces_the_old_one()
    {
        var old = Find(_key);
        var rotated = Find(Key("A", "rotated"));

        Assert.False(old.SequenceEqual(rotated));
        Assert.True(Find(Key("A", "rotated")) == rotated);
    }

    [Fact]
    public void Full_cache_forgets_and_still_derives_the_same()
    {
        var first = Find(_key);
        Find(Key("B", "other"));
        var again = Find(_key);

        Assert.False(first == again);
        Assert.True(first.SequenceEqual(again));
    }

    [Theory]
    [InlineData("20150831", "us-east-1", "sts")]
    [InlineData("20150830", "us-east-2", "sts")]
    [InlineData("20150830", "us-east-1", "iam")]
    public void Another_scope_has_another_key(string date, string region, string service) =>
        Assert.False(Find(_key).SequenceEqual(_cache.Find(_key, date, region, service)));

    private static AccessKey Key(string id, string secret) => new(SigV4Case.CallerWith(id), new SecretKey(secret), Active: true);

    private ReadOnlySpan<byte> Find(AccessKey key) => _cache.Find(key, "20150830", "us-east-1", "sts");
}

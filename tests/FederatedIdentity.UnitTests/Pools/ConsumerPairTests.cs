using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Pools;

public sealed class ConsumerPairTests
{
    [Theory]
    [InlineData("key;secret", "key", "secret")]
    [InlineData("a;b", "a", "b")]
    [InlineData("A.b_c/d-0;e/f", "A.b_c/d-0", "e/f")]
    public void Two_halves_around_one_semicolon_are_a_pair(string value, string key, string secret) =>
        Assert.Equal(new ConsumerPair(key, new SecretKey(secret)), ConsumerPair.Parse(value));

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("key")]
    [InlineData("key;")]
    [InlineData(";secret")]
    [InlineData("a;b;c")]
    [InlineData("a;b;")]
    [InlineData(" a;b")]
    [InlineData("a;b\n")]
    [InlineData("a:x;b")]
    [InlineData("\u00e9;b")]
    [InlineData("key;wrapped:AAAA")]
    public void P28_anything_else_is_none(string value) => Assert.Null(ConsumerPair.Parse(value));

    [Fact]
    public void It_prints_without_its_secret() =>
        Assert.DoesNotContain("hidden", $"{ConsumerPair.Parse("key;hidden")}", StringComparison.Ordinal);

    [Theory]
    [InlineData("api.twitter.com", true)]
    [InlineData("www.digits.com", true)]
    [InlineData("graph.facebook.com", false)]
    [InlineData("API.twitter.com", false)]
    public void Twitter_and_Digits_use_pairs(string loginKey, bool used) => Assert.Equal(used, ConsumerPair.IsUsedBy(loginKey));
}

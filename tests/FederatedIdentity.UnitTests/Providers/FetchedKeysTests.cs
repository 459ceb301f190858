using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The form in which replicas hand key sets to each other.</summary>
public sealed class FetchedKeysTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);
    private static readonly KeySource Source =
        KeySource.Discovery("oidc", "https://login.example.com/.well-known/openid-configuration", "https://login.example.com", []);

    private readonly string _set = new JsonObject { ["keys"] = new JsonArray(MintKey.Rsa().Jwk()) }.ToJsonString();

    [Fact]
    public void A_set_arrives_as_it_was()
    {
        var read = Read(Of(fetchedAt: Now.AddMinutes(-5), lifetime: AnHour * 2))!;

        Assert.Equal(_set, Encoding.UTF8.GetString(read.Json.Span));
        Assert.Equal("k1", Assert.Single(read.Keys.Keys).KeyId);
        Assert.Equal((Now.AddMinutes(-5), AnHour * 2), (read.FetchedAt, read.Lifetime));
        Assert.Equal(new KeysPlace(new Uri("https://keys.example.com/jwks?v=1"), Now.AddHours(-1)), read.Place);
    }

    [Theory]
    [InlineData("https://login.example.com.evil.test/jwks")]
    [InlineData("https://evil.test/jwks")]
    [InlineData("https://l\u00f6gin.example.com/jwks")]
    public void A_set_from_where_the_issuer_could_not_have_sent_us_is_nothing(string url) => Assert.Null(Read(Of(url: url)));

    [Fact]
    public void A_source_without_discovery_has_keys_in_one_place()
    {
        var source = KeySource.Keys("facebook", "https://keys.example.com/jwks?v=1");

        Assert.NotNull(FetchedKeys.Read(Of().Write(), source, Now));
        Assert.Null(FetchedKeys.Read(Of(url: "https://keys.example.com/jwks?v=2").Write(), source, Now));
        Assert.Null(FetchedKeys.Read(Of().Write(), KeySource.Keys("facebook", "no address"), Now));
    }

    [Fact]
    public void A_set_from_the_future_is_nothing_and_a_little_skew_is_no_future()
    {
        Assert.Null(Read(Of(fetchedAt: Now + ReplicaClocks.Slack + TimeSpan.FromSeconds(1))));
        Assert.Null(Read(Of(locatedAt: Now + ReplicaClocks.Slack + TimeSpan.FromSeconds(1))));
        Assert.NotNull(Read(Of(fetchedAt: Now + ReplicaClocks.Slack)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(299)]
    [InlineData(24 * 3600 + 1)]
    [InlineData(10_000_000_000)]
    public void A_lifetime_that_no_fetch_grants_is_nothing(long seconds) => Assert.Null(Read(Of(lifetime: TimeSpan.FromSeconds(seconds))));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA"}""")]
    public void What_would_be_no_key_set_from_the_issuer_is_none_from_a_replica(string json) => Assert.Null(Read(Of(json: json)));

    [Fact]
    public void A_very_large_set_is_not_shared()
    {
        Assert.Null(Of(json: new string(' ', 65_536)).Write());
        Assert.NotNull(Of(json: new string(' ', 60_000) + _set).Write());
    }

    [Fact]
    public void Whatever_is_cut_off_or_altered_is_nothing_or_a_set_by_all_rules()
    {
        var written = Of().Write()!;
        for (var length = 0; length < written.Length; length++)
        {
            Assert.Null(FetchedKeys.Read(written.AsSpan(0, length), Source, Now));
        }

        for (var bit = 0; bit < written.Length * 8; bit++)
        {
            var altered = written.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            if (FetchedKeys.Read(altered, Source, Now) is { } read)
            {
                Assert.True(Source.MayServeKeys(read.Place.Url) && read.Lifetime <= TimeSpan.FromDays(1));
                Assert.True(read.FetchedAt <= Now + ReplicaClocks.Slack && read.Keys.Keys.Count + read.Keys.Skipped.Count > 0);
            }
        }
    }

    private static FetchedKeys? Read(FetchedKeys keys) => FetchedKeys.Read(keys.Write(), Source, Now);

    private FetchedKeys Of(
        string? json = null,
        string url = "https://keys.example.com/jwks?v=1",
        DateTimeOffset? fetchedAt = null,
        DateTimeOffset? locatedAt = null,
        TimeSpan? lifetime = null) => new(
        Encoding.UTF8.GetBytes(json ?? _set),
        KeyFetcher.Read(Encoding.UTF8.GetBytes(_set), out _)!,
        new KeysPlace(new Uri(url), locatedAt ?? Now.AddHours(-1)),
        fetchedAt ?? Now,
        lifetime ?? AnHour);
}

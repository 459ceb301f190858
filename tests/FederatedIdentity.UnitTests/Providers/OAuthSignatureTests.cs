using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Twitter;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Every published signature, from the vendor's pages and both specifications, comes out to the letter.</summary>
public sealed class OAuthSignatureTests
{
    private const string ConsumerSecret = "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw";
    private const string TokenSecret = "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE";
    private const string Status = "status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21";
    private const string FullQuery = "?include_email=true&include_entities=false&skip_status=true";

    private const string Vendor =
        "oauth_consumer_key=xvz1evFS4wEEPTGEFPHBog&oauth_nonce=kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg&oauth_signature_method=HMAC-SHA1"
        + "&oauth_timestamp=1318622958&oauth_token=370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb&oauth_version=1.0";

    private const string Photos = "http://photos.example.net/photos?file=vacation.jpg&size=original";
    private const string PhotosOAuth = "oauth_consumer_key=dpf43f3p2l4k3l03&oauth_token=nnch734d00sl2jdk&oauth_signature_method=HMAC-SHA1";

    private const string Rfc =
        "oauth_consumer_key=9djdj82h48djs9d2&oauth_token=kkk9d7dh3k39sjv7&oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131201"
        + "&oauth_nonce=7d8f3e4a";

    [Theory]
    [InlineData("https://api.twitter.com/1.1/statuses/update.json?include_entities=true", "hCtSmYh+iHYCEqBWrE7C7hYmtUk=")]
    [InlineData("https://api.x.com/1.1/statuses/update.json?include_entities=true", "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=")]
    [InlineData("https://api.twitter.com/1/statuses/update.json?include_entities=true", "tnnArxj06cWHq44gCs1OSKk/jLY=")]
    public void The_vendors_post_with_a_form_body(string url, string signature) =>
        Assert.Equal(signature, Of("POST", url, $"{Vendor}&{Status}", ConsumerSecret, TokenSecret));

    [Theory]
    [InlineData("https://api.twitter.com", "", "Wl+fwPzf6UXKwhAtPH+BFle7RHM=")]
    [InlineData("https://api.twitter.com", FullQuery, "CidLqwNA2NLXmGG8y33QH86ByIg=")]
    [InlineData("https://api.x.com", "", "SVV3zb40FDFQusyw73/GtHLvEos=")]
    [InlineData("https://api.x.com", FullQuery, "g37MldxlppZ9778sXdxMGAER2E0=")]
    [InlineData("https://API.X.com:443", FullQuery, "g37MldxlppZ9778sXdxMGAER2E0=")]
    public void The_call_that_verifies_credentials(string host, string query, string signature) =>
        Assert.Equal(signature, Of("GET", $"{host}/1.1/account/verify_credentials.json{query}", Vendor, ConsumerSecret, TokenSecret));

    [Theory]
    [InlineData("&oauth_timestamp=137131202&oauth_nonce=chapoH", "MdpQcU8iPSUjWoN/UDMsK2sui9I=")]
    [InlineData("&oauth_timestamp=1191242096&oauth_nonce=kllo9940pd9333jh&oauth_version=1.0", "tR3+Ty81lMeYAr/Fid0kMTYa/WM=")]
    public void The_examples_of_RFC_5849_section_1_2_and_OAuth_Core_appendix_5(string rest, string signature) =>
        Assert.Equal(signature, Of("GET", Photos, PhotosOAuth + rest, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"));

    [Fact]
    public void The_awkward_parameters_of_the_specification()
    {
        const string Url = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
        var parameters = OAuthSignature.Pairs($"{Rfc}&c2&a3=2+q").ToList();

        Assert.Equal(
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26"
            + "oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26"
            + "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
            OAuthSignature.BaseString("post", new Uri(Url), parameters));
        Assert.Equal(
            "r6/TJjbCOr97/+UU0NsvSne7s5g=", OAuthSignature.Of("POST", new Uri(Url), parameters, "j49sk3j29djd", "dh893hdasih9"));
    }

    [Theory]
    [InlineData("HTTP://EXAMPLE.COM:80/r%20v/X?id=123", "http%3A%2F%2Fexample.com%2Fr%2520v%2FX")]
    [InlineData("https://www.example.net:8080/?q=1", "https%3A%2F%2Fwww.example.net%3A8080%2F")]
    [InlineData("https://www.example.net:443/#part", "https%3A%2F%2Fwww.example.net%2F")]
    [InlineData("http://www.example.net:443/", "http%3A%2F%2Fwww.example.net%3A443%2F")]
    [InlineData("http://127.0.0.1:4100/a", "http%3A%2F%2F127.0.0.1%3A4100%2Fa")]
    public void The_url_in_the_base_string_has_no_default_port_and_no_query(string url, string encoded) =>
        Assert.Equal(encoded, OAuthSignature.BaseString("GET", new Uri(url), []).Split('&')[1]);

    [Theory]
    [InlineData("-._~09azAZ", "-._~09azAZ")]
    [InlineData(" +/=&%;", "%20%2B%2F%3D%26%25%3B")]
    [InlineData("!*'()", "%21%2A%27%28%29")]
    [InlineData("\u00e9\u2603\U0001F600", "%C3%A9%E2%98%83%F0%9F%98%80")]
    public void Encoding_is_that_of_RFC_3986(string text, string encoded) => Assert.Equal(encoded, OAuthSignature.Encode(text));

    [Fact]
    public void Pairs_are_sorted_after_they_are_encoded_and_by_bytes()
    {
        KeyValuePair<string, string>[] parameters =
            [new("a_", "1"), new("a\u00e9", "1"), new("aB", "1"), new("b", "z"), new("b", "\u00e9"), new("b", "")];

        var sorted = Uri.UnescapeDataString(OAuthSignature.BaseString("GET", new Uri("https://example.com/"), parameters).Split('&')[2]);

        Assert.Equal("a%C3%A9=1&aB=1&a_=1&b=&b=%C3%A9&b=z", sorted);
    }

    [Fact]
    public void An_empty_token_secret_leaves_the_ampersand_in_the_key()
    {
        var url = new Uri("https://example.com/");

        Assert.Equal("toa1OCO4ycZSNH5bH4JH0bM8Hag=", OAuthSignature.Of("GET", url, [], "secret", "")); // HMAC with the key "secret&"
    }

    [Fact]
    public void Secrets_are_encoded_before_they_are_joined()
    {
        var url = new Uri("https://example.com/");

        Assert.NotEqual(OAuthSignature.Of("GET", url, [], "a&b", "c"), OAuthSignature.Of("GET", url, [], "a", "b&c"));
        Assert.NotEqual(OAuthSignature.Of("GET", url, [], "a%26b", "c"), OAuthSignature.Of("GET", url, [], "a&b", "c"));
    }

    [Fact]
    public void Every_call_has_a_nonce_of_its_own_and_the_clocks_time()
    {
        var (clock, url) = (new ManualClock(), new Uri("https://example.com/"));
        var signer = new OAuthSigner(clock);
        var (consumer, token) = (new ConsumerPair("key", new SecretKey("s")), new UserToken("token", new SecretKey("t")));

        var headers = Enumerable.Range(0, 100).Select(_ => signer.Sign(HttpMethod.Get, url, consumer, token)).ToList();

        Assert.All(headers, header => Assert.Equal("OAuth", header.Scheme));
        Assert.All(headers, header => Assert.Contains($"oauth_timestamp=\"{clock.Now}\"", header.Parameter, StringComparison.Ordinal));
        var nonces = headers.Select(header => header.Parameter!.Split("oauth_nonce=\"")[1].Split('"')[0]).ToList();
        Assert.Equal(100, nonces.Distinct().Count());
        Assert.All(nonces, nonce => Assert.Matches("^[0-9a-z]{32}$", nonce));
    }

    private static string Of(string method, string url, string parameters, string consumerSecret, string tokenSecret) =>
        OAuthSignature.Of(method, new Uri(url), OAuthSignature.Pairs(parameters), consumerSecret, tokenSecret);
}

using System.Net;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.UnitTests.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FederatedIdentity.UnitTests.Hosting;

public sealed class TrustedProxiesTests
{
    private static readonly string[] Ours = ["10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48", "::1"];

    private readonly ListLogger<TrustedProxies> _log = new();

    [Theory]
    [InlineData("198.51.100.1", "203.0.113.9")] // A stranger may write what it likes.
    [InlineData("198.51.100.1", "10.0.0.1")]
    [InlineData("192.0.2.8", "203.0.113.9")]
    [InlineData("2001:db8:fffe::1", "203.0.113.9")]
    [InlineData("::2", "203.0.113.9")]
    public void A_stranger_is_its_own_client(string peer, string forwarded) => Assert.Equal(peer, Client(Ours, peer, forwarded));

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("203.0.113.9 ", "203.0.113.9")]
    [InlineData("6.6.6.6, 203.0.113.9", "203.0.113.9")]
    [InlineData("6.6.6.6, 203.0.113.9,10.1.1.1", "203.0.113.9")]
    [InlineData("10.9.9.9, 203.0.113.9, 10.1.1.1, 192.0.2.7", "203.0.113.9")] // Trusted addresses left of a stranger are the stranger's.
    [InlineData("6.6.6.6,\t203.0.113.9 , \t 10.1.1.1", "203.0.113.9")]
    [InlineData("203.0.113.9:51111", "203.0.113.9")]
    [InlineData("203.0.113.9:65535, 10.1.1.1:80", "203.0.113.9")]
    [InlineData("2001:db8::9", "2001:db8::9")]
    [InlineData("[2001:db8::9]", "2001:db8::9")]
    [InlineData("[2001:db8::9]:51111", "2001:db8::9")]
    [InlineData("2001:DB8:0:0::9, [2001:db8:ffff::1]:443", "2001:db8::9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("[::ffff:203.0.113.9]:80", "203.0.113.9")]
    [InlineData("6.6.6.6, ::ffff:10.1.1.1", "6.6.6.6")]
    [InlineData("10.3.3.3, 10.2.2.2", "10.3.3.3")] // All are ours: the request began at the outermost.
    public void The_first_stranger_from_the_right_is_the_client(string forwarded, string client)
    {
        Assert.Equal(client, Client(Ours, "10.0.0.1", forwarded));
        Assert.Equal(client, Client(Ours, "::ffff:10.0.0.1", forwarded));
        Assert.Equal(client, Client(Ours, "2001:db8:ffff::7", forwarded));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("203.0.113.9,")]
    [InlineData("203.0.113.9,,")]
    [InlineData("203.0.113.9, unknown")]
    [InlineData("203.0.113.9, _hidden")]
    [InlineData("203.0.113.9, \"203.0.113.9\"")]
    [InlineData("203.0.113.9, for=203.0.113.9")]
    [InlineData("203.0.113.9, 203.0.113.9 203.0.113.9")]
    [InlineData("203.0.113.9, 203.0.113.256")]
    [InlineData("203.0.113.9, 203.0.113")]
    [InlineData("203.0.113.9, 203.0.113.9.")]
    [InlineData("203.0.113.9, 3405803785")] // The platform reads a number as an address,
    [InlineData("203.0.113.9, 0xcb.0.113.9")] // hexadecimal,
    [InlineData("203.0.113.9, 0313.0.113.9")] // octal,
    [InlineData("203.0.113.9, 203.0.113.09")]
    [InlineData("203.0.113.9, 203.0.28937")] // and two bytes as one.
    [InlineData("203.0.113.9, 203.0.113.9:")]
    [InlineData("203.0.113.9, 203.0.113.9:65536")]
    [InlineData("203.0.113.9, 203.0.113.9:000080")]
    [InlineData("203.0.113.9, 203.0.113.9:-1")]
    [InlineData("203.0.113.9, 203.0.113.9: 80")]
    [InlineData("203.0.113.9, 203.0.113.9:80:80")]
    [InlineData("203.0.113.9, [203.0.113.9]")]
    [InlineData("203.0.113.9, [203.0.113.9]:80")]
    [InlineData("203.0.113.9, [2001:db8::9")]
    [InlineData("203.0.113.9, 2001:db8::9]")]
    [InlineData("203.0.113.9, [2001:db8::9]80")]
    [InlineData("203.0.113.9, [2001:db8::9]:x")]
    [InlineData("203.0.113.9, [[2001:db8::9]]")]
    [InlineData("203.0.113.9, [2001:db8::9%eth0]")]
    [InlineData("203.0.113.9, fe80::1%1")]
    [InlineData("203.0.113.9, 2001:db8:::9")]
    [InlineData("203.0.113.9, 2001:db8::9::1")]
    [InlineData("203.0.113.9, 2001:db8::9/64")]
    [InlineData("203.0.113.9, ２０３.0.113.9")]
    [InlineData("203.0.113.9, 203.0.113.9\0")]
    public void What_cannot_be_read_ends_the_walk_at_whoever_wrote_it(string forwarded)
    {
        Assert.Equal("10.0.0.1", Client(Ours, "10.0.0.1", forwarded));
        Assert.Equal("10.1.1.1", Client(Ours, "10.0.0.1", $"{forwarded}, 10.1.1.1"));
    }

    [Fact]
    public void Headers_given_twice_are_one_list_in_their_order()
    {
        Assert.Equal("203.0.113.9", Client(Ours, "10.0.0.1", "6.6.6.6", "203.0.113.9, 10.1.1.1"));
        Assert.Equal("203.0.113.9", Client(Ours, "10.0.0.1", "6.6.6.6, 203.0.113.9", "10.1.1.1"));
        Assert.Equal("10.0.0.1", Client(Ours, "10.0.0.1", "203.0.113.9", ""));
        Assert.Equal("10.0.0.1", Client(Ours, "10.0.0.1"));
    }

    [Fact]
    public void By_default_nobody_is_believed_and_the_operator_is_told_once()
    {
        var proxies = Trusting();
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("::ffff:127.0.0.1") } };
        Assert.Equal("127.0.0.1", $"{proxies.ClientOf(http)}");
        Assert.Empty(_log.Lines);

        http.Request.Headers[TrustedProxies.Header] = "203.0.113.9";
        Assert.Equal("127.0.0.1", $"{proxies.ClientOf(http)}");
        Assert.Equal("127.0.0.1", $"{proxies.ClientOf(http)}");
        Assert.Contains("TrustedProxies", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.9", _log.Lines.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_without_an_address_has_none() => Assert.Null(Trusting(Ours).ClientOf(peer: null, "203.0.113.9"));

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.1/32", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("10.0.0.1/8", false)] // Which of both is meant?
    [InlineData("0.0.0.0/0", false)] // With everybody trusted anybody can be anybody.
    [InlineData("::/0", false)]
    [InlineData("::ffff:10.0.0.0/104", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.0.0.0/", false)]
    [InlineData("10.0.0.0/-8", false)]
    [InlineData("10/8", false)]
    [InlineData("010.0.0.0/8", false)]
    [InlineData("proxy.internal", false)]
    [InlineData("", false)]
    public void Networks_are_checked_at_start(string network, bool isOne)
    {
        var verdict = new ProxyOptionsValidator().Validate(name: null, Options(network));

        Assert.Equal(isOne, verdict.Succeeded);
        Assert.Equal(isOne, verdict.FailureMessage?.Contains($"'{network}'", StringComparison.Ordinal) != true);
    }

    private string? Client(string[] trusted, string peer, params string[] forwarded) =>
        Trusting(trusted).ClientOf(IPAddress.Parse(peer), new StringValues(forwarded))?.ToString();

    private TrustedProxies Trusting(params string[] networks) => new(Microsoft.Extensions.Options.Options.Create(Options(networks)), _log);

    private static ProxyOptions Options(params string[] networks)
    {
        var options = new ProxyOptions();
        foreach (var network in networks)
        {
            options.TrustedProxies.Add(network);
        }

        return options;
    }
}

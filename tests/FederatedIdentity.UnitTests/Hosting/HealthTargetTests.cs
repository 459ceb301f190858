using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace FederatedIdentity.UnitTests.Hosting;

/// <summary>Where the health verb asks.</summary>
public sealed class HealthTargetTests
{
    [Theory]
    [InlineData("http://*:9000", "127.0.0.1:9000", "http://127.0.0.1:9000/health/ready")]
    [InlineData("http://+:9000;http://127.0.0.2:1", "127.0.0.1:9000", "http://127.0.0.1:9000/health/ready")]
    [InlineData("http://0.0.0.0:9000", "127.0.0.1:9000", "http://127.0.0.1:9000/health/ready")]
    [InlineData("http://[::]:9000", "127.0.0.1:9000", "http://127.0.0.1:9000/health/ready")]
    [InlineData("http://localhost:9000", "127.0.0.1:9000", "http://127.0.0.1:9000/health/ready")]
    [InlineData("http://10.1.2.3:9000", "10.1.2.3:9000", "http://10.1.2.3:9000/health/ready")]
    [InlineData("http://[::1]:9000", "[::1]:9000", "http://[::1]:9000/health/ready")]
    [InlineData("http://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1:80/health/ready")]
    [InlineData("http://unix:/run/fi.sock", "/run/fi.sock", "http://localhost/health/ready")]
    public void A_server_is_asked_at_its_first_address(string urls, string endPoint, string shown)
    {
        var target = HealthTarget.OfThisMachine(Settings(("urls", urls)))!;

        Assert.Equal(endPoint, target.EndPoint.ToString());
        Assert.Equal(shown, target.ToString());
    }

    [Fact]
    public void The_management_port_goes_before_the_address_and_the_address_before_the_port_and_that_before_the_default()
    {
        Assert.Equal("127.0.0.1:8080", $"{HealthTarget.OfThisMachine(Settings())!.EndPoint}");
        Assert.Equal("127.0.0.1:9", $"{HealthTarget.OfThisMachine(Settings(("http_ports", "9;10")))!.EndPoint}");
        Assert.Equal("127.0.0.1:8", $"{HealthTarget.OfThisMachine(Settings(("urls", "http://*:8"), ("http_ports", "9")))!.EndPoint}");
        Assert.Equal(
            "127.0.0.1:7",
            $"{HealthTarget.OfThisMachine(Settings(("FederatedIdentity:Management:Port", "7"), ("urls", "http://*:8")))!.EndPoint}");
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1:7")]
    [InlineData("::", "127.0.0.1:7")]
    [InlineData("", "127.0.0.1:7")]
    [InlineData("::1", "[::1]:7")]
    [InlineData("10.1.2.3", "10.1.2.3:7")]
    public void The_management_port_is_asked_where_it_listens(string address, string endPoint) => Assert.Equal(
        endPoint,
        $"{HealthTarget.OfThisMachine(
            Settings(("FederatedIdentity:Management:Port", "7"), ("FederatedIdentity:Management:Address", address)))!.EndPoint}");

    [Theory]
    [InlineData("urls", "http://127.0.0.1:0")]
    [InlineData("urls", "nonsense")]
    [InlineData("FederatedIdentity:Management:Port", "0")]
    [InlineData("FederatedIdentity:Management:Port", "70000")]
    [InlineData("FederatedIdentity:Management:Port", "http")]
    public void An_address_that_is_not_known_is_not_guessed(string name, string value) =>
        Assert.Null(HealthTarget.OfThisMachine(Settings((name, value))));

    [Theory]
    [InlineData("http://10.0.0.1:81", "GET /health/ready HTTP/1.1\r\nHost: 10.0.0.1:81\r\nConnection: close\r\n\r\n")]
    [InlineData("http://node/", "GET /health/ready HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n")]
    [InlineData("http://[::1]:81/health/live", "GET /health/live HTTP/1.1\r\nHost: [::1]:81\r\nConnection: close\r\n\r\n")]
    public void A_url_is_asked_for_its_path_or_else_whether_it_is_ready(string url, string request) =>
        Assert.Equal(request, HealthTarget.FromUrl(url)!.Request);

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("https://127.0.0.1")]
    [InlineData("http://name:secret@127.0.0.1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/health/ready")]
    public void What_is_no_http_url_is_not_asked(string url) => Assert.Null(HealthTarget.FromUrl(url));

    private static IConfigurationRoot Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(one => one.Name, one => (string?)one.Value)).Build();
}

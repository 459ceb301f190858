using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace FederatedIdentity.UnitTests.Hosting;

public sealed class ManagementOptionsTests
{
    [Theory]
    [InlineData(8081, null, true)]
    [InlineData(1, "127.0.0.1", true)]
    [InlineData(65535, "::", true)]
    [InlineData(null, null, true)]
    [InlineData(null, "", true)]
    [InlineData(0, null, false)]
    [InlineData(-1, null, false)]
    [InlineData(65536, null, false)]
    [InlineData(8081, "localhost", false)]
    [InlineData(8081, "10.0.0.0/8", false)]
    [InlineData(8080, null, false)]
    [InlineData(9090, null, false)]
    public void Only_a_port_of_its_own_and_a_real_address_will_do(int? port, string? address, bool valid)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("urls", "http://*:8080;http://127.0.0.1:9090;http://unix:/tmp/socket")]).Build();

        var result = new ManagementOptionsValidator(configuration).Validate(null, new() { Port = port, Address = address });

        Assert.Equal(valid, result.Succeeded);
    }
}

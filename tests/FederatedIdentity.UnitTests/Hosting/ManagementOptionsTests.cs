using FederatedIdentity.Server.Hosting;

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
    public void Only_a_port_and_an_address_that_can_be_will_do(int? port, string? address, bool valid)
    {
        var result = new ManagementOptionsValidator().Validate(null, new() { Port = port, Address = address });

        Assert.Equal(valid, result.Succeeded);
    }
}

using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class DescribeIdentityPoolTests(ServerFixture server)
{
    [Fact]
    public async Task An_unknown_pool_is_not_found()
    {
        var answer = await server.Client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = "us-east-1:0a" });

        Assert.Equal((400, "ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found."), (answer.Status, answer.Error, answer.Message));
    }

    [Fact]
    public async Task An_upper_case_id_breaks_the_pattern()
    {
        var answer = await server.Client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = "us-east-1:0A" });

        Assert.Equal("ValidationException", answer.Error);
        Assert.Equal(
            "1 validation error detected: Value 'us-east-1:0A' at 'identityPoolId' failed to satisfy constraint: "
            + @"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
            answer.Message);
    }
}

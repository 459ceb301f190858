using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class DeleteIdentityPoolTests(ServerFixture server)
{
    [Fact]
    public async Task The_pool_and_all_in_it_are_gone_at_once()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

        var deleted = await server.Client.CallAsync("DeleteIdentityPool", new { IdentityPoolId = pool });

        Assert.Equal((200, ""), (deleted.Status, deleted.Text));
        var notFound = ("ResourceNotFoundException", $"IdentityPool '{pool}' not found.");
        foreach (var (operation, input) in new (string, object)[]
        {
            ("DescribeIdentityPool", new { IdentityPoolId = pool }),
            ("DeleteIdentityPool", new { IdentityPoolId = pool }),
            ("GetId", new { IdentityPoolId = pool }),
            ("ListIdentities", new { IdentityPoolId = pool, MaxResults = 1 }),
        })
        {
            var answer = await server.Client.CallAsync(operation, input);
            Assert.Equal(notFound, (answer.Error, answer.Message));
        }

        foreach (var operation in new[] { "GetOpenIdToken", "DescribeIdentity" })
        {
            var answer = await server.Client.CallAsync(operation, new { IdentityId = guest });
            Assert.Equal(("ResourceNotFoundException", $"Identity '{guest}' not found."), (answer.Error, answer.Message));
        }
    }
}

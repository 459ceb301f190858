using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class DescribeIdentityTests(ServerFixture server)
{
    [Fact]
    public async Task A_guest_has_no_logins_member_and_was_last_modified_when_it_was_created()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var guest = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];

        var answer = await server.Client.CallAsync("DescribeIdentity", new { IdentityId = guest });

        Assert.Equal(["IdentityId", "CreationDate", "LastModifiedDate"], answer.Body.AsObject().Select(member => member.Key));
        Assert.Matches(@"""CreationDate"":[0-9]{10}\.[0-9]{1,3},", answer.Text);
        Assert.Equal(answer.Body["CreationDate"]!.ToJsonString(), answer.Body["LastModifiedDate"]!.ToJsonString());
    }

    [Fact]
    public async Task Logins_are_the_providers_names_and_never_the_users()
    {
        var pool = await server.OidcPoolAsync();
        var id = (await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = await server.LoginAsync("describe-me") }))["IdentityId"];

        var answer = await server.Client.CallAsync("DescribeIdentity", new { IdentityId = id });

        Assert.Equal($"""["{server.Oidc.LoginKey}"]""", answer.Body["Logins"]!.ToJsonString());
        Assert.DoesNotContain("describe-me", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_identity_is_not_found()
    {
        var answer = await server.Client.CallAsync("DescribeIdentity", new { IdentityId = "us-east-1:0a" });

        Assert.Equal(("ResourceNotFoundException", "Identity 'us-east-1:0a' not found."), (answer.Error, answer.Message));
    }
}

using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class GuestRetentionTests(ServerFixture server)
{
    [Theory]
    [InlineData("GetOpenIdToken")]
    [InlineData("GetCredentialsForIdentity")]
    public async Task A_guest_that_comes_back_when_its_time_is_over_is_kept_at_once(string operation)
    {
        var (pool, guest) = await OldGuestAsync(retention: "30");

        await server.Client.CallAsync(operation, new { IdentityId = guest }); // A guest without a role is a guest in use.

        Assert.Equal(1, await server.Database.CountAsync($"identity where id = '{guest}' and last_used_at > now() - interval '1 hour'"));
        Assert.NotEmpty(pool);
    }

    [Fact]
    public async Task Where_guests_are_kept_for_ever_nothing_is_written()
    {
        var (_, guest) = await OldGuestAsync(retention: null);

        Assert.True((await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest })).Ok);

        Assert.Equal(1, await server.Database.CountAsync($"identity where id = '{guest}' and last_used_at < now() - interval '31 days'"));
    }

    [Fact]
    public async Task A_guest_that_is_gone_does_not_exist()
    {
        var (_, guest) = await OldGuestAsync(retention: "30");
        await server.Database.ScalarAsync($"delete from identity where id = '{guest}'");

        AssertIdentityNotFound(guest, await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest }));
        AssertIdentityNotFound(guest, await server.Client.CallAsync("GetCredentialsForIdentity", new { IdentityId = guest }));
    }

    private async Task<(string Pool, string Guest)> OldGuestAsync(string? retention)
    {
        var tags = new Dictionary<string, string>();
        if (retention is not null)
        {
            tags["federated-identity:guest-retention-days"] = retention;
        }

        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true, IdentityPoolTags = tags });
        var guest = await server.GuestAsync(pool);
        await server.Database.ScalarAsync($"update identity set last_used_at = now() - interval '32 days' where id = '{guest}'");
        return (pool, guest);
    }
}

using FederatedIdentity.Tests.Shared;
using Npgsql;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class DeleteIdentitiesTests(ServerFixture server)
{
    [Fact]
    public async Task Identities_of_several_pools_go_with_their_logins_which_get_new_ones()
    {
        var (pool, otherPool) = (await server.DeveloperPoolAsync(), await server.DeveloperPoolAsync());
        var login = await server.LoginAsync("deleted");
        var user = (await server.DeveloperTokenAsync(pool, "user", also: login))["IdentityId"];
        var guest = await server.GuestAsync(otherPool);

        AssertDeleted(await DeleteAsync(user, guest));

        foreach (var id in new[] { user, guest })
        {
            AssertIdentityNotFound(id, await server.Client.CallAsync("DescribeIdentity", new { IdentityId = id }));
            AssertIdentityNotFound(id, await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = id }));
        }

        var fresh = await server.IdAsync(pool, login);
        Assert.NotEqual(user, fresh);
        Assert.NotEqual(fresh, await server.DeveloperIdAsync(pool, "user"));
    }

    [Fact]
    public async Task Unknown_and_repeated_ids_count_as_deleted()
    {
        var guest = await server.GuestAsync(await server.DeveloperPoolAsync());

        AssertDeleted(await DeleteAsync(guest, "us-east-1:0a", guest, guest));
        AssertDeleted(await DeleteAsync(guest));
    }

    [Fact]
    public async Task A_disabled_identity_can_be_deleted()
    {
        var pool = await server.DeveloperPoolAsync();
        var id = await server.DeveloperIdAsync(pool, "user");
        await server.UnlinkDeveloperAsync(pool, id, "user");

        AssertDeleted(await DeleteAsync(id));

        AssertIdentityNotFound(id, await server.DeveloperTokenAsync(pool, "user", id));
    }

    [Theory]
    [InlineData(0, 400)]
    [InlineData(1, 200)]
    [InlineData(60, 200)]
    [InlineData(61, 400)]
    public async Task A_call_names_one_to_sixty(int count, int status)
    {
        var answer = await DeleteAsync([.. Enumerable.Range(0, count).Select(number => $"us-east-1:{number:x}")]);

        Assert.Equal((status, status == 200 ? "" : "ValidationException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Another_accounts_identity_is_reported_and_left_alone()
    {
        var foreign = await server.ForeignAsync();
        var guest = await server.GuestAsync(await server.DeveloperPoolAsync());

        var answer = await DeleteAsync(guest, foreign.Identity);

        Assert.Equal(
            $$"""{"UnprocessedIdentityIds":[{"IdentityId":"{{foreign.Identity}}","ErrorCode":"AccessDenied"}]}""", answer.Text);
        AssertIdentityNotFound(guest, await server.Client.CallAsync("DescribeIdentity", new { IdentityId = guest }));
        Assert.Equal(1L, await server.Database.ScalarAsync($"select count(*) from identity where id = '{foreign.Identity}'"));
    }

    [Fact]
    public async Task Logins_and_merges_at_the_same_time_end_well_for_everybody()
    {
        var pool = await server.DeveloperPoolAsync();
        for (var round = 0; round < 6; round++)
        {
            string[] users = [.. Enumerable.Range(0, 8).Select(number => $"r{round}-{number}")];
            var ids = await Task.WhenAll(users.Select(user => server.DeveloperIdAsync(pool, user)));

            var deletes = Enumerable.Range(0, 6).Select(turn => DeleteAsync([.. turn % 2 == 0 ? ids : ids.Reverse()]));
            var merges = Enumerable.Range(0, 12).Select(turn => server.MergeAsync(pool, users[turn % 8], users[(turn + 3) % 8]));
            var logins = users.Select(user => server.DeveloperTokenAsync(pool, user));
            var answers = await Task.WhenAll(deletes.Concat(merges).Concat(logins));

            Assert.All(answers, answer => Assert.True(answer.Ok || answer.Error == "ResourceNotFoundException", answer.Text));
            foreach (var id in ids)
            {
                AssertIdentityNotFound(id, await server.Client.CallAsync("DescribeIdentity", new { IdentityId = id }));
            }

            foreach (var user in users)
            {
                Assert.DoesNotContain(await server.DeveloperIdAsync(pool, user), ids);
            }
        }
    }

    [Fact]
    public async Task Identities_are_locked_in_the_order_in_which_a_merge_locks_them()
    {
        var pool = await server.DeveloperPoolAsync();
        string first, second;
        do
        {
            (first, second) = (await server.GuestAsync(pool), await server.GuestAsync(pool));
        }
        while (string.CompareOrdinal(first, second) < 0); // Else they lie in the table in the right order already.

        await using var connection = new NpgsqlConnection(server.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var lockSmaller = new NpgsqlCommand($"select 1 from identity where id = '{second}' for update", connection);
        await lockSmaller.ExecuteScalarAsync();
        var delete = DeleteAsync(first, second);
        while ((long)(await server.Database.ScalarAsync(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))! == 0)
        {
            await Task.Delay(20);
        }

        await using var lockLarger = new NpgsqlCommand($"select 1 from identity where id = '{first}' for update nowait", connection);
        Assert.Equal(1, await lockLarger.ExecuteScalarAsync()); // The waiting call has not got hold of it.
        await transaction.RollbackAsync();

        AssertDeleted(await delete);
    }

    private static void AssertDeleted(WireAnswer answer) =>
        Assert.Equal((200, """{"UnprocessedIdentityIds":[]}"""), (answer.Status, answer.Text));

    private Task<WireAnswer> DeleteAsync(params string[] ids) =>
        server.Client.CallAsync("DeleteIdentities", new { IdentityIdsToDelete = ids });
}

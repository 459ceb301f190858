using System.Diagnostics;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

[Collection(nameof(WireTests))]
public sealed class AccessKeyTests(ServerFixture server)
{
    [Fact]
    public async Task A_key_signs_from_the_first_moment_and_stops_when_it_is_switched_off_or_deleted()
    {
        using var iam = server.Iam();
        var user = ("UserName", NewName("keys"));
        await iam.CreateUserAsync(user.Item2);
        var created = await iam.OkAsync("CreateAccessKey", user);
        var (id, secret) = (created.Value("AccessKeyId")!, created.Value("SecretAccessKey")!);
        Assert.Matches("^AKIA[A-Z2-7]{16}$", id);
        Assert.Matches("^[A-Za-z0-9+/]{40}$", secret);
        Assert.Equal((user.Item2, "Active"), (created.Value("UserName"), created.Value("Status")));
        using var keyHolder = server.IamAs(id, secret);

        await SignsAsync(keyHolder, works: true);
        await iam.OkAsync("UpdateAccessKey", user, ("AccessKeyId", id), ("Status", "Inactive"));
        await SignsAsync(keyHolder, works: false);
        await iam.OkAsync("UpdateAccessKey", user, ("AccessKeyId", id), ("Status", "Active"));
        await SignsAsync(keyHolder, works: true);
        await iam.OkAsync("DeleteAccessKey", user, ("AccessKeyId", id));
        await SignsAsync(keyHolder, works: false);
        Assert.Empty((await iam.OkAsync("ListAccessKeys", user)).List("AccessKeyMetadata"));
        await iam.RefusedAsync(
            404, "NoSuchEntity", $"The Access Key with id {id} cannot be found", "DeleteAccessKey", user, ("AccessKeyId", id));
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_kept_wrapped()
    {
        using var iam = server.Iam();
        var user = ("UserName", NewName("keys"));
        await iam.CreateUserAsync(user.Item2);
        var created = await iam.OkAsync("CreateAccessKey", user);
        var (id, secret) = (created.Value("AccessKeyId")!, created.Value("SecretAccessKey")!);

        var listed = await iam.OkAsync("ListAccessKeys", user);

        Assert.Equal((id, user.Item2), (listed.Value("AccessKeyId"), listed.Value("UserName")));
        Assert.Equal($"{created.Elements("CreateDate").Single()}", $"{listed.Elements("CreateDate").Single()}");
        Assert.DoesNotContain(secret, listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, server.Server.Log, StringComparison.Ordinal);
        Assert.Equal(
            0, await server.Database.CountAsync($"access_key where position('{secret}'::bytea in wrapped_secret) > 0"));
    }

    [Fact]
    public async Task A_user_has_two_keys_however_many_ask_at_once()
    {
        using var iam = server.Iam();
        var user = ("UserName", NewName("keys"));
        await iam.CreateUserAsync(user.Item2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => iam.CallAsync("CreateAccessKey", user)));

        Assert.Equal(2, answers.Count(answer => answer.Ok));
        await iam.RefusedAsync(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", "CreateAccessKey", user);
        var first = await iam.OkAsync("ListAccessKeys", user, ("MaxItems", "1"));
        var second = await iam.OkAsync("ListAccessKeys", user, ("Marker", first.Value("Marker")!));
        Assert.Equal(
            answers.Where(answer => answer.Ok).Select(answer => answer.Value("AccessKeyId")).Order(StringComparer.Ordinal),
            [first.Value("AccessKeyId"), second.Value("AccessKeyId")]);
        await iam.RefusedAsync(
            409, "DeleteConflict", "Cannot delete entity, must delete access keys first.", "DeleteUser", user);
    }

    [Fact]
    public async Task Without_a_name_the_root_changes_its_own_keys_and_no_users()
    {
        var account = await server.NewAccountAsync();
        await account.Iam.CreateUserAsync("somebody");
        var theirs = (await account.Iam.OkAsync("CreateAccessKey", ("UserName", "somebody"))).Value("AccessKeyId")!;

        var second = await account.Iam.OkAsync("CreateAccessKey");
        var id = second.Value("AccessKeyId")!;

        Assert.Null(second.Value("UserName"));
        Assert.Equal(
            new[] { account.Iam.AccessKeyId, id }.Order(StringComparer.Ordinal),
            (await account.Iam.OkAsync("ListAccessKeys")).Elements("AccessKeyId").Select(key => key.Value));
        await account.Iam.RefusedAsync(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", "CreateAccessKey");
        await account.Iam.RefusedAsync(
            404, "NoSuchEntity", $"The Access Key with id {theirs} cannot be found", "DeleteAccessKey", ("AccessKeyId", theirs));
        await account.Iam.RefusedAsync(
            404, "NoSuchEntity", $"The Access Key with id {id} cannot be found",
            "UpdateAccessKey", ("UserName", "somebody"), ("AccessKeyId", id), ("Status", "Inactive"));
        using var rotated = server.IamAs(id, second.Value("SecretAccessKey")!);
        await rotated.OkAsync("DeleteAccessKey", ("AccessKeyId", account.Iam.AccessKeyId));
        await SignsAsync(account.Iam, works: false);
        await SignsAsync(rotated, works: true);
    }

    [Fact]
    public async Task A_status_is_one_of_two()
    {
        using var iam = server.Iam();
        var answer = await iam.CallAsync("UpdateAccessKey", ("AccessKeyId", TestServer.AccessKeyId), ("Status", "active"));
        Assert.Equal("ValidationError", answer.Error);
    }

    /// <summary>Asks until the answer is the new one, which a memory of one second must not delay by much more than that.</summary>
    private static async Task SignsAsync(QueryClient client, bool works)
    {
        var started = Stopwatch.GetTimestamp();
        QueryAnswer answer;
        do
        {
            answer = await client.CallAsync("ListOpenIDConnectProviders");
        }
        while (answer.Error == "InvalidClientTokenId" == works && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3));

        Assert.True(answer.Error == "InvalidClientTokenId" != works, answer.Text);
    }
}

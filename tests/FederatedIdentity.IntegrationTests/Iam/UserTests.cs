using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

[Collection(nameof(WireTests))]
public sealed class UserTests(ServerFixture server)
{
    [Fact]
    public async Task A_user_is_created_shown_and_deleted()
    {
        using var iam = server.Iam();
        var name = NewName("User");
        var user = ("UserName", name);

        var created = await iam.CreateUserAsync(name, ("Path", "/people/"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "core"));

        Assert.Equal($"arn:aws:iam::{Home}:user/people/{name}", created.Value("Arn"));
        Assert.Matches("^AIDA[A-Z2-7]{17}$", created.Value("UserId"));
        Assert.Equal(new() { ["team"] = "core" }, created.Tags());
        Assert.Equal($"{created.Elements("User").Single()}", $"{(await iam.OkAsync("GetUser", user)).Elements("User").Single()}");
        Assert.Empty((await iam.OkAsync("ListAttachedUserPolicies", user)).List("AttachedPolicies"));
        Assert.Empty((await iam.OkAsync("ListGroupsForUser", user)).List("Groups"));
        await iam.OkAsync("TagUser", [user, .. TagParameters([("TEAM", "web")])]);
        Assert.Equal(new() { ["TEAM"] = "web" }, (await iam.OkAsync("ListUserTags", user)).Tags());
        await iam.OkAsync("UntagUser", user, ("TagKeys.member.1", "team"));
        Assert.Empty((await iam.OkAsync("ListUserTags", user)).Tags());
        await iam.RefusedAsync(
            409, "EntityAlreadyExists", $"User with name {name.ToUpperInvariant()} already exists.",
            "CreateUser", ("UserName", name.ToUpperInvariant()));
        await iam.OkAsync("DeleteUser", user);
        await iam.RefusedAsync(404, "NoSuchEntity", $"The user with name {name} cannot be found.", "GetUser", user);
    }

    [Fact]
    public async Task A_user_created_again_is_another_user()
    {
        using var iam = server.Iam();
        var user = ("UserName", NewName("again"));
        var first = await iam.CreateUserAsync(user.Item2);
        await iam.OkAsync("DeleteUser", user);

        Assert.NotEqual(first.Value("UserId"), (await iam.CreateUserAsync(user.Item2)).Value("UserId"));
    }

    [Fact]
    public async Task Without_a_name_the_root_sees_itself()
    {
        using var iam = server.Iam();

        var shown = await iam.OkAsync("GetUser");

        Assert.Equal((Home, $"arn:aws:iam::{Home}:root", null), (shown.Value("UserId"), shown.Value("Arn"), shown.Value("UserName")));
    }

    [Fact]
    public async Task A_boundary_is_refused_rather_than_ignored()
    {
        using var iam = server.Iam();
        await iam.RefusedAsync(
            400, "InvalidInput", "Permissions boundaries are not supported.",
            "CreateUser", ("UserName", "bounded"), ("PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"));
    }

    [Fact]
    public async Task An_account_has_five_thousand_users_and_lists_them_by_pages_and_paths()
    {
        var account = await server.NewAccountAsync();
        await account.Iam.CreateUserAsync("zz", ("Path", "/here/"));
        await server.Database.ScalarAsync($"""
            insert into iam_user (account_id, name, path, id, created_at)
            select '{account.Id}', 'u-' || lpad(n::text, 4, '0'), '/', 'AIDA-{account.Id}-' || n, now() from generate_series(1, 4999) n
            """);
        await account.Iam.RefusedAsync(
            409, "LimitExceeded", "Cannot exceed quota for UsersPerAccount: 5000", "CreateUser", ("UserName", "more"));

        var first = await account.Iam.OkAsync("ListUsers");
        var second = await account.Iam.OkAsync("ListUsers", ("Marker", first.Value("Marker")!), ("MaxItems", "1000"));

        Assert.Equal(
            Enumerable.Range(1, 1100).Select(number => $"u-{number:0000}"),
            first.Elements("UserName").Concat(second.Elements("UserName")).Select(name => name.Value));
        Assert.Equal("true", second.Value("IsTruncated"));
        Assert.Equal("zz", (await account.Iam.OkAsync("ListUsers", ("PathPrefix", "/here"))).Value("UserName"));
    }

    [Fact]
    public async Task The_command_line_drives_a_user()
    {
        var cli = server.IamCli();
        string[] on = ["--user-name", NewName("cli")];
        await cli.OkAsync("create-user", [.. on, "--path", "/cli/", "--tags", "Key=a,Value=b"]);
        await cli.OkAsync("put-user-policy", [.. on, "--policy-name", "p", "--policy-document", Policy]);
        var policy = (await cli.OkAsync("get-user-policy", [.. on, "--policy-name", "p"])).Json["PolicyDocument"]!;
        Assert.Equal("Allow", $"{policy["Statement"]![0]!["Effect"]}");
        Assert.Equal("p", $"{(await cli.OkAsync("list-user-policies", on)).Json["PolicyNames"]![0]}");
        await cli.OkAsync("tag-user", [.. on, "--tags", "Key=c,Value=d"]);
        await cli.OkAsync("untag-user", [.. on, "--tag-keys", "a"]);
        Assert.Equal("c", $"{(await cli.OkAsync("list-user-tags", on)).Json["Tags"]![0]!["Key"]}");
        Assert.Equal("/cli/", $"{(await cli.OkAsync("get-user", on)).Json["User"]!["Path"]}");
        Assert.Contains(on[1], (await cli.OkAsync("list-users", "--path-prefix", "/cli/")).Output, StringComparison.Ordinal);
        Assert.Empty((await cli.OkAsync("list-attached-user-policies", on)).Json["AttachedPolicies"]!.AsArray());
        Assert.Empty((await cli.OkAsync("list-groups-for-user", on)).Json["Groups"]!.AsArray());

        var key = (await cli.OkAsync("create-access-key", on)).Json["AccessKey"]!;
        string[] onKey = [.. on, "--access-key-id", $"{key["AccessKeyId"]}"];
        Assert.Equal("Active", $"{key["Status"]}");
        await cli.OkAsync("update-access-key", [.. onKey, "--status", "Inactive"]);
        Assert.Equal("Inactive", $"{(await cli.OkAsync("list-access-keys", on)).Json["AccessKeyMetadata"]![0]!["Status"]}");
        Assert.Equal("N/A", $"{(await cli.OkAsync("get-access-key-last-used", onKey[2..])).Json["AccessKeyLastUsed"]!["Region"]}");
        await cli.IsRefusedAsync(
            "DeleteConflict", "DeleteUser", "Cannot delete entity, must delete access keys first.", "delete-user", on);
        await cli.OkAsync("delete-access-key", onKey);
        await cli.OkAsync("delete-user-policy", [.. on, "--policy-name", "p"]);
        await cli.OkAsync("delete-user", on);
    }
}

using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

[Collection(nameof(WireTests))]
public sealed class RoleTests(ServerFixture server)
{
    [Fact]
    public async Task A_role_is_created_shown_changed_and_deleted()
    {
        using var iam = server.Iam();
        var name = NewName("Role+=,.@-_");
        var role = ("RoleName", name);
        var created = await iam.CreateRoleAsync(
            name, ("Path", "/apps/web/"), ("Description", "first é"), ("MaxSessionDuration", "7200"), ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", ""));

        Assert.Equal($"arn:aws:iam::{Home}:role/apps/web/{name}", created.Value("Arn"));
        Assert.Matches("^AROA[A-Z2-7]{17}$", created.Value("RoleId"));
        Assert.Equal(Uri.EscapeDataString(Trust), created.Value("AssumeRolePolicyDocument"));
        Assert.DoesNotContain('*', created.Value("AssumeRolePolicyDocument")!);
        Assert.Equal(
            ("/apps/web/", "first é", "7200"), (created.Value("Path"), created.Value("Description"), created.Value("MaxSessionDuration")));
        Assert.Equal(new() { ["team"] = "" }, created.Tags());
        var shown = await iam.OkAsync("GetRole", role);
        Assert.Equal($"{created.Elements("Role").Single()}", $"{shown.Elements("Role").Single()}");

        var updated = await iam.OkAsync("UpdateRole", role, ("MaxSessionDuration", "43200"));
        Assert.Empty(updated.Elements("UpdateRoleResult").Single().Elements());
        Assert.Equal("first é", (await iam.OkAsync("GetRole", role)).Value("Description"));
        Assert.Equal("second", (await iam.OkAsync("UpdateRoleDescription", role, ("Description", "second"))).Value("Description"));
        await iam.OkAsync("UpdateRole", role, ("Description", ""));
        shown = await iam.OkAsync("GetRole", role);
        Assert.Equal((null, "43200"), (shown.Value("Description"), shown.Value("MaxSessionDuration")));

        var trust = Trust.Replace("root", "user/some", StringComparison.Ordinal);
        await iam.OkAsync("UpdateAssumeRolePolicy", role, ("PolicyDocument", trust));
        Assert.Equal(trust, Uri.UnescapeDataString((await iam.OkAsync("GetRole", role)).Value("AssumeRolePolicyDocument")!));
        Assert.Empty((await iam.OkAsync("ListAttachedRolePolicies", role)).List("AttachedPolicies"));
        Assert.Empty((await iam.OkAsync("ListInstanceProfilesForRole", role)).List("InstanceProfiles"));
        await iam.OkAsync("DeleteRole", role);
        await iam.RefusedAsync(404, "NoSuchEntity", $"The role with name {name} cannot be found.", "GetRole", role);
    }

    [Fact]
    public async Task What_is_left_out_has_AWS_defaults()
    {
        using var iam = server.Iam();
        var name = NewName("plain");

        var created = await iam.CreateRoleAsync(name);

        Assert.Equal(("/", "3600", null), (created.Value("Path"), created.Value("MaxSessionDuration"), created.Value("Description")));
        Assert.Equal($"arn:aws:iam::{Home}:role/{name}", created.Value("Arn"));
        Assert.Empty(created.Elements("Tags"));
    }

    [Fact]
    public async Task Names_are_unique_regardless_of_case_and_one_of_ten_at_once_wins()
    {
        using var iam = server.Iam();
        var name = NewName("Case");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => iam.CallAsync(
            "CreateRole", ("RoleName", number % 2 == 0 ? name : name.ToUpperInvariant()), ("AssumeRolePolicyDocument", Trust))));

        Assert.Single(answers, answer => answer.Ok);
        Assert.All(
            answers.Where(answer => !answer.Ok), answer => Assert.Equal((409, "EntityAlreadyExists"), (answer.Status, answer.Error)));
        await iam.RefusedAsync(
            409, "EntityAlreadyExists", $"Role with name {name} already exists.",
            "CreateRole", ("RoleName", name), ("AssumeRolePolicyDocument", Trust));
    }

    [Fact]
    public async Task A_boundary_is_refused_rather_than_ignored()
    {
        using var iam = server.Iam();
        await iam.RefusedAsync(
            400, "InvalidInput", "Permissions boundaries are not supported.",
            "CreateRole", ("RoleName", "bounded"), ("AssumeRolePolicyDocument", Trust),
            ("PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"));
    }

    [Theory]
    [InlineData("AttachRolePolicy")]
    [InlineData("CreatePolicy")]
    [InlineData("PutRolePermissionsBoundary")]
    [InlineData("createrole")]
    public async Task What_is_not_spoken_here_is_InvalidAction(string action)
    {
        using var iam = server.Iam();
        var answer = await iam.CallAsync(action, ("RoleName", "x"));
        Assert.Equal((400, "InvalidAction"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("RoleName", "", "roleName")]
    [InlineData("RoleName", "with space", "roleName")]
    [InlineData("RoleName", "é", "roleName")]
    [InlineData("RoleName", "a\n", "roleName")]
    [InlineData("Path", "no-slash", "path")]
    [InlineData("Path", "/no-end", "path")]
    [InlineData("Path", "/sp ace/", "path")]
    [InlineData("Path", "//", "path")]
    [InlineData("Description", "bell\a", "description")]
    [InlineData("MaxSessionDuration", "3599", "maxSessionDuration")]
    [InlineData("MaxSessionDuration", "43201", "maxSessionDuration")]
    [InlineData("MaxSessionDuration", "1e4", "maxSessionDuration")]
    [InlineData("AssumeRolePolicyDocument", "{\"x\":\"\0\"}", "assumeRolePolicyDocument")]
    [InlineData("AssumeRolePolicyDocument", "{\"x\":\"\u20ac\"}", "assumeRolePolicyDocument")]
    public async Task What_breaks_the_model_is_a_ValidationError(string member, string value, string path)
    {
        using var iam = server.Iam();
        var input = new Dictionary<string, string> { ["RoleName"] = "x", ["AssumeRolePolicyDocument"] = Trust, [member] = value };

        var answer = await iam.CallAsync("CreateRole", [.. input.Select(one => (one.Key, one.Value))]);

        Assert.Equal((400, "ValidationError"), (answer.Status, answer.Error));
        Assert.Contains($"at '{path}' failed to satisfy constraint", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}""")]
    [InlineData("""
        {"Statement":[{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},
        "Action":"sts:AssumeRoleWithWebIdentity"}]}
        """)]
    public async Task A_trust_policy_that_IAM_would_not_store_is_MalformedPolicyDocument(string document)
    {
        using var iam = server.Iam();
        var name = NewName("malformed");
        var created = await iam.CallAsync("CreateRole", ("RoleName", name), ("AssumeRolePolicyDocument", document));
        Assert.Equal((400, "MalformedPolicyDocument"), (created.Status, created.Error));

        await iam.CreateRoleAsync(name);
        var updated = await iam.CallAsync("UpdateAssumeRolePolicy", ("RoleName", name), ("PolicyDocument", document));
        Assert.Equal((400, "MalformedPolicyDocument"), (updated.Status, updated.Error));
        Assert.Equal(Trust, Uri.UnescapeDataString((await iam.OkAsync("GetRole", ("RoleName", name))).Value("AssumeRolePolicyDocument")!));
    }

    [Fact]
    public async Task A_role_for_identity_pools_names_its_pool()
    {
        using var iam = server.Iam();
        const string Document =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},
            "Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:x"}}}]}
            """;

        await iam.OkAsync("CreateRole", ("RoleName", NewName("pool")), ("AssumeRolePolicyDocument", Document));
    }

    [Fact]
    public async Task A_trust_policy_has_2048_characters_beside_white_space()
    {
        using var iam = server.Iam();
        var full = Trust.Replace("root", "user/" + new string('u', 2048 - Trust.Length - 1), StringComparison.Ordinal);
        Assert.Equal(2048, full.Length);
        var role = ("RoleName", NewName("long"));

        await iam.OkAsync("CreateRole", role, ("AssumeRolePolicyDocument", full + new string(' ', 5000)));
        foreach (var document in new[] { full.Replace("user/", "user/u", StringComparison.Ordinal), full + new string(' ', 20000) })
        {
            await iam.RefusedAsync(
                409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048",
                "UpdateAssumeRolePolicy", role, ("PolicyDocument", document));
        }
    }

    [Fact]
    public async Task An_account_has_a_thousand_roles_and_lists_them_by_pages_and_paths()
    {
        var account = await server.NewAccountAsync();
        await account.Iam.CreateRoleAsync("zz", ("Path", "/a_/b/"));
        await server.Database.ScalarAsync($"""
            insert into iam_role (account_id, name, path, id, trust_policy, max_session_duration, version, created_at)
            select '{account.Id}', 'role-' || lpad(n::text, 4, '0'), '/ab/', 'AROA-{account.Id}-' || n, '{Trust}', 3600, 1, now()
            from generate_series(1, 999) n
            """);
        await account.Iam.RefusedAsync(
            409, "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000",
            "CreateRole", ("RoleName", "more"), ("AssumeRolePolicyDocument", Trust));

        var names = new List<string>();
        (string, string)[] from = [];
        do
        {
            var page = await account.Iam.OkAsync("ListRoles", [("MaxItems", names.Count == 0 ? "7" : "1000"), .. from]);
            names.AddRange(page.Elements("RoleName").Select(name => name.Value));
            Assert.Equal(page.Value("Marker") is null ? "false" : "true", page.Value("IsTruncated"));
            from = page.Value("Marker") is { } marker ? [("Marker", marker)] : [];
        }
        while (from is not []);

        Assert.Equal([.. Enumerable.Range(1, 999).Select(number => $"role-{number:0000}"), "zz"], names);
        Assert.Equal(["zz"], Names(await account.Iam.OkAsync("ListRoles", ("PathPrefix", "/a_/"))));
        Assert.Equal(["zz"], Names(await account.Iam.OkAsync("ListRoles", ("PathPrefix", "/a_/b"))));
        Assert.Empty(Names(await account.Iam.OkAsync("ListRoles", ("PathPrefix", "/a%"))));
        var other = (await account.Iam.OkAsync("ListRoles", ("MaxItems", "1"))).Value("Marker")!;
        foreach (var (name, value) in new[] { ("Marker", "made up"), ("Marker", other) })
        {
            await account.Iam.RefusedAsync(400, "ValidationError", "Invalid Marker.", "ListRoles", ("PathPrefix", "/ab/"), (name, value));
        }

        static IEnumerable<string> Names(QueryAnswer answer) => answer.Elements("RoleName").Select(name => name.Value);
    }

    [Fact]
    public async Task Tags_replace_those_that_differ_in_case_only()
    {
        using var iam = server.Iam();
        var role = ("RoleName", NewName("tagged"));
        await iam.CreateRoleAsync(role.Item2, TagParameters([("Team", "a"), ("stage", "dev")]));

        await iam.OkAsync("TagRole", [role, .. TagParameters([("TEAM", "b"), ("Ж/é:1", "\u65e5 本")])]);
        await iam.OkAsync("UntagRole", role, ("TagKeys.member.1", "Stage"), ("TagKeys.member.2", "never"));

        Assert.Equal(new() { ["TEAM"] = "b", ["Ж/é:1"] = "\u65e5 本" }, (await iam.OkAsync("ListRoleTags", role)).Tags());
        await iam.RefusedAsync(
            400, "InvalidInput", "Duplicate tag keys found.", "TagRole", [role, .. TagParameters([("k", "1"), ("K", "2")])]);
        await iam.RefusedAsync(
            400, "InvalidInput", "Tag keys that start with aws: are reserved for system use.",
            "TagRole", [role, .. TagParameters([("AWS:k", "1")])]);
    }

    [Fact]
    public async Task A_role_has_fifty_tags_and_lists_them_by_pages()
    {
        using var iam = server.Iam();
        var role = ("RoleName", NewName("tagged"));
        var tags = Enumerable.Range(0, 50).Select(number => ($"{number:00}{new string('\u65e5', 126)}", "v")).ToArray();
        await iam.CreateRoleAsync(role.Item2, TagParameters(tags));

        await iam.RefusedAsync(
            409, "LimitExceeded", "Cannot exceed quota for TagsPerRole: 50", "TagRole", [role, .. TagParameters([("more", "1")])]);
        var first = await iam.OkAsync("ListRoleTags", role, ("MaxItems", "49"));
        var second = await iam.OkAsync("ListRoleTags", role, ("Marker", first.Value("Marker")!));
        Assert.Equal(tags.Select(tag => tag.Item1), first.Tags().Keys.Concat(second.Tags().Keys));
        Assert.Equal(("true", "false"), (first.Value("IsTruncated"), second.Value("IsTruncated")));
    }

    [Fact]
    public async Task Twenty_who_tag_at_once_all_succeed_and_none_is_lost()
    {
        using var iam = server.Iam();
        var role = ("RoleName", NewName("busy"));
        await iam.CreateRoleAsync(role.Item2);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            iam.OkAsync("TagRole", [role, .. TagParameters([($"k{number}", "v")])])));

        Assert.Equal(20, (await iam.OkAsync("ListRoleTags", role)).Tags().Count);
    }

    [Fact]
    public async Task The_command_line_drives_a_role()
    {
        var cli = server.IamCli();
        string[] on = ["--role-name", NewName("cli")];
        var created = (await cli.OkAsync(
            "create-role",
            [.. on, "--path", "/cli/", "--assume-role-policy-document", Trust, "--description", "d", "--tags", "Key=a,Value=b"])).Json;
        Assert.Equal("sts:AssumeRole", $"{created["Role"]!["AssumeRolePolicyDocument"]!["Statement"]![0]!["Action"]}");

        await cli.OkAsync("update-role", [.. on, "--max-session-duration", "7200"]);
        await cli.OkAsync("update-role-description", [.. on, "--description", "e"]);
        await cli.OkAsync("update-assume-role-policy", [.. on, "--policy-document", Trust]);
        await cli.OkAsync("put-role-policy", [.. on, "--policy-name", "p", "--policy-document", Policy]);
        Assert.Equal(
            "cognito-identity:ListIdentityPools",
            $"{(await cli.OkAsync("get-role-policy", [.. on, "--policy-name", "p"])).Json["PolicyDocument"]!["Statement"]![0]!["Action"]}");
        Assert.Equal("p", $"{(await cli.OkAsync("list-role-policies", on)).Json["PolicyNames"]![0]}");
        await cli.OkAsync("tag-role", [.. on, "--tags", "Key=c,Value=d"]);
        await cli.OkAsync("untag-role", [.. on, "--tag-keys", "a"]);
        Assert.Equal("c", $"{(await cli.OkAsync("list-role-tags", on)).Json["Tags"]![0]!["Key"]}");
        var shown = (await cli.OkAsync("get-role", on)).Json["Role"]!;
        Assert.Equal(("e", 7200), ($"{shown["Description"]}", shown["MaxSessionDuration"]!.GetValue<int>()));
        Assert.Contains(on[1], (await cli.OkAsync("list-roles", "--path-prefix", "/cli/")).Output, StringComparison.Ordinal);
        Assert.Empty((await cli.OkAsync("list-attached-role-policies", on)).Json["AttachedPolicies"]!.AsArray());
        Assert.Empty((await cli.OkAsync("list-instance-profiles-for-role", on)).Json["InstanceProfiles"]!.AsArray());
        await cli.IsRefusedAsync(
            "DeleteConflict", "DeleteRole", "Cannot delete entity, must delete policies first.", "delete-role", on);
        await cli.OkAsync("delete-role-policy", [.. on, "--policy-name", "p"]);
        await cli.OkAsync("delete-role", on);
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>
/// deploy/terraform/example as the AWS provider of Terraform would apply, refresh, change and destroy it. What a refresh reads must
/// be what was applied, else every plan would show a change.
/// </summary>
[Collection(nameof(WireTests))]
public sealed partial class TerraformReplayTests(ServerFixture server)
{
    private const string Url = "https://login.example.com/realms/app";
    private const string Thumbprint = "0123456789abcdef0123456789abcdef01234567";

    // With a plus, a space, a percent sign and letters that are not ASCII, which URL encodings get wrong.
    private const string Policy =
        """
        {"Statement":[{"Action":["s3:GetObject","s3:PutObject"],"Effect":"Allow","Resource":
        "arn:aws:s3:::app+files/100%25 Größe/${cognito-identity.amazonaws.com:sub}/*"}],"Version":"2012-10-17"}
        """;

    [Fact]
    public async Task The_provider_starts_by_asking_who_it_is()
    {
        var sts = new AwsCli(server.Server.BaseAddress) { Service = "sts" };

        var caller = (await sts.OkAsync("get-caller-identity")).Json;
        Assert.Equal((IamCalls.Home, $"arn:aws:iam::{IamCalls.Home}:root"), ($"{caller["Account"]}", $"{caller["Arn"]}"));

        // With skip_credentials_validation it asks IAM first, and takes the account from the ARN.
        Assert.Equal($"arn:aws:iam::{IamCalls.Home}:root", (await server.Iam().OkAsync("GetUser")).Value("Arn"));
    }

    [Fact]
    public async Task An_OIDC_provider_is_applied_changed_and_destroyed()
    {
        var (account, terraform) = await StartAsync();
        var arn = await ApplyOidcProviderAsync(terraform);
        (string, string) it = ("OpenIDConnectProviderArn", arn);

        // The provider compares URLs without their scheme.
        Assert.Equal($"arn:aws:iam::{account.Id}:oidc-provider/login.example.com/realms/app", arn);
        var applied = (await terraform.ReadOidcProviderAsync(arn))!;
        Assert.Equal("login.example.com/realms/app", applied.Url);
        Assert.Equal(["app", "app-2"], applied.ClientIds.Order());
        Assert.Empty(applied.Thumbprints);
        Assert.Equal(Tags(ByTerraform), applied.Tags);

        await terraform.IamAsync("UpdateOpenIDConnectProviderThumbprint", it, ("ThumbprintList.member.1", Thumbprint));
        await terraform.IamAsync("AddClientIDToOpenIDConnectProvider", it, ("ClientID", "new"));
        await terraform.IamAsync("RemoveClientIDFromOpenIDConnectProvider", it, ("ClientID", "app-2"));
        await terraform.IamAsync("UntagOpenIDConnectProvider", it, ("TagKeys.member.1", "ManagedBy"));
        await terraform.IamAsync("TagOpenIDConnectProvider", [it, .. IamCalls.TagParameters([("Team", "blue + red")])]);
        var changed = (await terraform.ReadOidcProviderAsync(arn))!;
        Assert.Equal(["app", "new"], changed.ClientIds.Order());
        Assert.Equal([Thumbprint], changed.Thumbprints);
        Assert.Equal(Tags(("Team", "blue + red")), changed.Tags);

        await terraform.DeleteAsync("DeleteOpenIDConnectProvider", it);
        Assert.Null(await terraform.ReadOidcProviderAsync(arn));
        await terraform.DeleteAsync("DeleteOpenIDConnectProvider", it);
    }

    [Fact]
    public async Task A_role_and_its_policy_are_applied_changed_and_destroyed()
    {
        var (account, terraform) = await StartAsync();
        var trust = Trust("us-east-1:11111111-2222-3333-4444-555555555555", "authenticated");
        var created = await terraform.IamAsync("CreateRole",
        [
            ("RoleName", "app-user"), ("AssumeRolePolicyDocument", trust), ("Path", "/"), ("Description", "Users of the app"),
            ("MaxSessionDuration", "3600"), .. IamCalls.TagParameters([ByTerraform]),
        ]);
        Assert.Equal("app-user", created.Value("RoleName")); // Anything else is "returned an empty result".

        var role = (await terraform.ReadRoleAsync("app-user"))!;
        Assert.Equal(
            ($"arn:aws:iam::{account.Id}:role/app-user", "/", "Users of the app", "3600"),
            (role.Arn, role.Path, role.Description, role.MaxSessionDuration));
        IsSamePolicy(trust, role.AssumeRolePolicy);
        Assert.Empty(role.InlinePolicies);
        Assert.Equal(Tags(ByTerraform), role.Tags);

        await terraform.IamAsync("PutRolePolicy", ("RoleName", "app-user"), ("PolicyName", "own-files"), ("PolicyDocument", Policy));
        IsSamePolicy(Policy, (await terraform.ReadRolePolicyAsync("app-user", "own-files"))!);
        IsSamePolicy(Policy, (await terraform.ReadRoleAsync("app-user"))!.InlinePolicies["own-files"]);

        var narrower = Trust("us-east-1:11111111-2222-3333-4444-555555555555", "accounts.google.com");
        await terraform.IamAsync("UpdateAssumeRolePolicy", ("RoleName", "app-user"), ("PolicyDocument", narrower));
        await terraform.IamAsync("UpdateRoleDescription", ("RoleName", "app-user"), ("Description", ""));
        await terraform.IamAsync("UpdateRole", ("RoleName", "app-user"), ("MaxSessionDuration", "7200"));
        await terraform.ChangeRoleTagsAsync("app-user", ["ManagedBy"], [("Team", "blue")]);
        var changed = (await terraform.ReadRoleAsync("app-user"))!;
        IsSamePolicy(narrower, changed.AssumeRolePolicy);
        Assert.Equal((role.Arn, role.UniqueId, "7200"), (changed.Arn, changed.UniqueId, changed.MaxSessionDuration));
        Assert.Equal("", changed.Description ?? ""); // To the provider, absent and empty are the same.
        Assert.Equal(Tags(("Team", "blue")), changed.Tags);

        await terraform.DeleteAsync("DeleteRolePolicy", ("RoleName", "app-user"), ("PolicyName", "own-files"));
        Assert.Null(await terraform.ReadRolePolicyAsync("app-user", "own-files"));
        await terraform.DeleteRoleAsync("app-user");
        Assert.Null(await terraform.ReadRoleAsync("app-user"));
        Assert.Null(await terraform.ReadRolePolicyAsync("app-user", "own-files"));
        await terraform.DeleteRoleAsync("app-user");
        await terraform.DeleteAsync("DeleteRolePolicy", ("RoleName", "app-user"), ("PolicyName", "own-files"));
    }

    /// <summary>The provider retries DeleteRole for as long as this is the error, and removes the policies that it knows of first.</summary>
    [Fact]
    public async Task A_role_with_policies_is_in_conflict_until_they_are_gone()
    {
        var (account, terraform) = await StartAsync();
        await account.Iam.CreateRoleAsync("kept");
        await terraform.IamAsync("PutRolePolicy", ("RoleName", "kept"), ("PolicyName", "p"), ("PolicyDocument", Policy));

        var conflict = await account.Iam.CallAsync("DeleteRole", ("RoleName", "kept"));

        Assert.Equal((409, "DeleteConflict"), (conflict.Status, conflict.Error));
        await terraform.DeleteRoleAsync("kept");
        Assert.Null(await terraform.ReadRoleAsync("kept"));
    }

    [Fact]
    public async Task A_pool_with_roles_and_tags_is_applied_changed_and_destroyed()
    {
        var (account, terraform) = await StartAsync();
        var provider = await ApplyOidcProviderAsync(terraform);
        var settings = new JsonObject
        {
            ["IdentityPoolName"] = "app",
            ["AllowUnauthenticatedIdentities"] = true,
            ["AllowClassicFlow"] = false,
            ["OpenIdConnectProviderARNs"] = new JsonArray(provider),
            ["IdentityPoolTags"] = new JsonObject { ["ManagedBy"] = "terraform" },
        };
        var pool = $"{(await terraform.PoolAsync("CreateIdentityPool", settings))!["IdentityPoolId"]}";
        var it = new { IdentityPoolId = pool };

        var applied = (await terraform.ReadPoolAsync("DescribeIdentityPool", it))!.AsObject();
        Assert.All(settings, setting => Assert.True(JsonNode.DeepEquals(setting.Value, applied[setting.Key]), setting.Key));
        string[] unset = ["DeveloperProviderName", "CognitoIdentityProviders", "SamlProviderARNs", "SupportedLoginProviders"];
        Assert.All(unset, name => Assert.True(IsNothing(applied[name]), name));

        await AttachRolesAsync(account, terraform, pool, provider);
        await MapTagsAsync(terraform, pool, provider);
        await ChangePoolAsync(account, terraform, pool, provider);

        await terraform.PoolAsync("DeleteIdentityPool", it);
        Assert.Null(await terraform.ReadPoolAsync("DescribeIdentityPool", it));
        Assert.Null(await terraform.ReadPoolAsync("GetIdentityPoolRoles", it));
        Assert.Null(await terraform.ReadPoolAsync(
            "GetPrincipalTagAttributeMap", new { IdentityPoolId = pool, IdentityProviderName = provider }));
        Assert.Null(await terraform.ReadPoolAsync( // Destroying the map of a pool that is gone.
            "SetPrincipalTagAttributeMap",
            new { IdentityPoolId = pool, IdentityProviderName = provider, UseDefaults = true, PrincipalTags = new { } }));
    }

    [Fact]
    public void The_example_holds_no_resource_that_is_not_replayed_here()
    {
        var folder = Path.Combine(Peer.RepositoryRoot, "deploy", "terraform", "example");
        var resources = Directory.EnumerateFiles(folder, "*.tf").Select(File.ReadAllText)
            .SelectMany(text => ResourceType().Matches(text)).Select(match => match.Groups[1].Value);

        Assert.Equal(
            [
                "aws_cognito_identity_pool", "aws_cognito_identity_pool_provider_principal_tag", "aws_cognito_identity_pool_roles_attachment",
                "aws_iam_openid_connect_provider", "aws_iam_role", "aws_iam_role_policy",
            ],
            resources.Distinct().Order(StringComparer.Ordinal));
    }

    private static (string Key, string Value) ByTerraform => ("ManagedBy", "terraform");

    private static async Task AttachRolesAsync(TestAccount account, TerraformProvider terraform, string pool, string provider)
    {
        foreach (var (name, amr) in new[] { ("app-user", "authenticated"), ("app-guest", "unauthenticated") })
        {
            await terraform.IamAsync("CreateRole", ("RoleName", name), ("AssumeRolePolicyDocument", Trust(pool, amr)), ("Path", "/"));
            Assert.Empty((await terraform.ReadRoleAsync(name))!.Tags);
        }

        string Arn(string name) => $"arn:aws:iam::{account.Id}:role/{name}";
        var wanted = new JsonObject
        {
            ["IdentityPoolId"] = pool,
            ["Roles"] = new JsonObject { ["authenticated"] = Arn("app-user"), ["unauthenticated"] = Arn("app-guest") },
            ["RoleMappings"] = new JsonObject { [provider] = Rules(Arn("app-guest"), "false") },
        };
        await terraform.PoolAsync("SetIdentityPoolRoles", wanted);
        var state = await terraform.ReadPoolAsync("GetIdentityPoolRoles", new { IdentityPoolId = pool });
        Assert.True(JsonNode.DeepEquals(wanted, state), state?.ToJsonString());

        // An update sends the mappings only when they changed, and a change of the roles replaces the attachment.
        wanted["RoleMappings"]![provider] = Rules(Arn("app-user"), "true");
        await terraform.PoolAsync("SetIdentityPoolRoles", wanted);
        state = await terraform.ReadPoolAsync("GetIdentityPoolRoles", new { IdentityPoolId = pool });
        Assert.True(JsonNode.DeepEquals(wanted, state), state?.ToJsonString());

        await terraform.PoolAsync("SetIdentityPoolRoles", new { IdentityPoolId = pool, Roles = new { }, RoleMappings = new { } });
        state = await terraform.ReadPoolAsync("GetIdentityPoolRoles", new { IdentityPoolId = pool });
        Assert.True(IsNothing(state!["Roles"]) && IsNothing(state["RoleMappings"]), state.ToJsonString());
    }

    private static async Task MapTagsAsync(TerraformProvider terraform, string pool, string provider)
    {
        var it = new { IdentityPoolId = pool, IdentityProviderName = provider };

        // use_defaults = false is left out when the resource is created, and sent when it is changed.
        await SetAsync(null, new { Team = "department" });
        await IsAsync(false, """{"Team":"department"}""");
        await SetAsync(false, new { Team = "department", Site = "office" });
        await IsAsync(false, """{"Site":"office","Team":"department"}""");
        await SetAsync(true, new { });
        await IsAsync(true, "{}");

        Task SetAsync(bool? useDefaults, object tags)
        {
            var input = new JsonObject { ["IdentityPoolId"] = pool, ["IdentityProviderName"] = provider };
            input["PrincipalTags"] = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(tags));
            if (useDefaults is { } value)
            {
                input["UseDefaults"] = value;
            }

            return terraform.PoolAsync("SetPrincipalTagAttributeMap", input);
        }

        async Task IsAsync(bool useDefaults, string tags)
        {
            var map = (await terraform.ReadPoolAsync("GetPrincipalTagAttributeMap", it))!;
            Assert.Equal((pool, provider), ($"{map["IdentityPoolId"]}", $"{map["IdentityProviderName"]}"));
            Assert.Equal(useDefaults, map["UseDefaults"]!.GetValue<bool>());
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(tags), map["PrincipalTags"]), map.ToJsonString());
        }
    }

    /// <summary>The provider sends every list and map of the pool with every change, empty ones too, and tags apart from it.</summary>
    private static async Task ChangePoolAsync(TestAccount account, TerraformProvider terraform, string pool, string provider)
    {
        var arn = $"arn:aws:cognito-identity:us-east-1:{account.Id}:identitypool/{pool}";
        var update = new JsonObject
        {
            ["IdentityPoolId"] = pool,
            ["IdentityPoolName"] = "app",
            ["AllowUnauthenticatedIdentities"] = false,
            ["AllowClassicFlow"] = true,
            ["CognitoIdentityProviders"] = new JsonArray(),
            ["OpenIdConnectProviderARNs"] = new JsonArray(provider),
            ["SamlProviderARNs"] = new JsonArray(),
            ["SupportedLoginProviders"] = new JsonObject(),
        };
        await terraform.PoolAsync("UpdateIdentityPool", update);
        await terraform.PoolAsync("UntagResource", new { ResourceArn = arn, TagKeys = new[] { "ManagedBy" } });
        await terraform.PoolAsync("TagResource", new { ResourceArn = arn, Tags = new { Team = "blue" } });

        var changed = (await terraform.ReadPoolAsync("DescribeIdentityPool", new { IdentityPoolId = pool }))!;
        Assert.All(update, setting => Assert.True(
            JsonNode.DeepEquals(setting.Value, changed[setting.Key]) || (IsNothing(setting.Value) && IsNothing(changed[setting.Key])),
            setting.Key));
        Assert.Equal("""{"Team":"blue"}""", changed["IdentityPoolTags"]!.ToJsonString());
        var tags = (await terraform.ReadPoolAsync("ListTagsForResource", new { ResourceArn = arn }))!;
        Assert.Equal("""{"Team":"blue"}""", tags["Tags"]!.ToJsonString());
    }

    private static async Task<string> ApplyOidcProviderAsync(TerraformProvider terraform)
    {
        var created = await terraform.IamAsync("CreateOpenIDConnectProvider",
        [
            ("Url", Url), ("ClientIDList.member.1", "app"), ("ClientIDList.member.2", "app-2"), .. IamCalls.TagParameters([ByTerraform]),
        ]);
        return created.Value("OpenIDConnectProviderArn")!;
    }

    private async Task<(TestAccount Account, TerraformProvider Terraform)> StartAsync()
    {
        var account = await server.NewAccountAsync();
        return (account, new TerraformProvider(account));
    }

    private static string Trust(string pool, string amr) => new JsonObject
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["Federated"] = "cognito-identity.amazonaws.com" },
            ["Action"] = new JsonArray("sts:AssumeRoleWithWebIdentity", "sts:TagSession"),
            ["Condition"] = new JsonObject
            {
                ["StringEquals"] = new JsonObject { ["cognito-identity.amazonaws.com:aud"] = pool },
                ["ForAnyValue:StringLike"] = new JsonObject { ["cognito-identity.amazonaws.com:amr"] = amr },
            },
        }),
    }.ToJsonString();

    private static JsonObject Rules(string role, string verified) => new()
    {
        ["Type"] = "Rules",
        ["AmbiguousRoleResolution"] = "AuthenticatedRole",
        ["RulesConfiguration"] = new JsonObject
        {
            ["Rules"] = new JsonArray(new JsonObject
            {
                ["Claim"] = "email_verified",
                ["MatchType"] = "Equals",
                ["Value"] = verified,
                ["RoleARN"] = role,
            }),
        },
    };

    private static Dictionary<string, string> Tags(params (string Key, string Value)[] tags) =>
        tags.ToDictionary(tag => tag.Key, tag => tag.Value);

    /// <summary>Equivalent to the provider, which compares the JSON and not the text.</summary>
    private static void IsSamePolicy(string wanted, string found) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(wanted), JsonNode.Parse(found)), found);

    private static bool IsNothing(JsonNode? node) => node is null or JsonArray { Count: 0 } or JsonObject { Count: 0 };

    [GeneratedRegex(@"^resource ""(\w+)""", RegexOptions.Multiline)]
    private static partial Regex ResourceType();
}

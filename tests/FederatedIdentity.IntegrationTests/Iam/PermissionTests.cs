using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>What a user may do in IAM itself: policies name things by path and tags, calls name them without.</summary>
[Collection(nameof(WireTests))]
public sealed class PermissionTests(ServerFixture server)
{
    [Fact]
    public async Task Paths_count_although_calls_do_not_name_them()
    {
        using var iam = server.Iam();
        var (open, secret, elsewhere) = (NewName("open"), NewName("secret"), NewName("elsewhere"));
        await iam.CreateRoleAsync(open, ("Path", "/app/"));
        await iam.CreateRoleAsync(secret, ("Path", "/app/secret/"));
        await iam.CreateRoleAsync(elsewhere);
        using var user = await UserAsync(iam, """
            {"Statement":[
              {"Effect":"Allow","Action":"iam:GetRole","Resource":"arn:aws:iam::000000000000:role/app/*"},
              {"Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::000000000000:role/app/secret/*"}]}
            """);

        await MayAsync(user, "GetRole", ("RoleName", open));
        await MayNotAsync(user, "GetRole", $"role/{secret}", "with an explicit deny in a policy", ("RoleName", secret));
        foreach (var name in new[] { elsewhere, "missing" })
        {
            await MayNotAsync(
                user, "GetRole", $"role/{name}", "because no identity-based policy allows the iam:GetRole action", ("RoleName", name));
        }
    }

    [Fact]
    public async Task Tags_count_for_roles_users_and_providers()
    {
        using var iam = server.Iam();
        var name = NewName("tagged");
        var tags = TagParameters([("team", "core")]);
        await iam.CreateRoleAsync(name, tags);
        await iam.CreateUserAsync(name, tags);
        var oidc = (await iam.OkAsync(
            "CreateOpenIDConnectProvider", [("Url", $"https://{name}.example"), .. tags])).Value("OpenIDConnectProviderArn")!;
        var saml = (await iam.OkAsync("CreateSAMLProvider",
            [("Name", name), ("SAMLMetadataDocument", SamlKey.Metadata(SamlKey.Rsa())), .. tags])).Value("SAMLProviderArn")!;
        using var user = await UserAsync(iam, """
            {"Statement":[
              {"Effect":"Allow","Action":["iam:Get*","iam:Tag*"],"Resource":"*",
               "Condition":{"StringEquals":{"aws:ResourceTag/team":"core"}}},
              {"Effect":"Deny","Action":"iam:Tag*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestTag/stage":"dev"}}}]}
            """);

        await MayAsync(user, "GetRole", ("RoleName", name));
        await MayAsync(user, "GetUser", ("UserName", name));
        await MayAsync(user, "GetOpenIDConnectProvider", ("OpenIDConnectProviderArn", oidc));
        await MayAsync(user, "GetSAMLProvider", ("SAMLProviderArn", saml));
        await MayAsync(user, "TagRole", [("RoleName", name), .. TagParameters([("stage", "dev")])]);
        await MayNotAsync(
            user, "TagRole", $"role/{name}", "with an explicit deny in a policy",
            [("RoleName", name), .. TagParameters([("stage", "prod")])]);
        await iam.OkAsync("UntagRole", ("RoleName", name), ("TagKeys.member.1", "team"));
        await MayNotAsync(
            user, "GetRole", $"role/{name}", "because no identity-based policy allows the iam:GetRole action", ("RoleName", name));
    }

    [Fact]
    public async Task A_user_who_may_look_after_itself_rotates_its_own_keys_and_no_others()
    {
        using var iam = server.Iam();
        var other = NewName("other");
        await iam.CreateUserAsync(other);
        var name = NewName("self");
        using var user = await UserAsync(iam, $$"""
            {"Statement":[{"Effect":"Allow","Action":["iam:GetUser","iam:*AccessKey*"],
            "Resource":"arn:aws:iam::000000000000:user/people/{{name}}"}]}
            """, name);

        await MayAsync(user, "GetUser");
        var key = await user.OkAsync("CreateAccessKey");
        Assert.Equal(name, key.Value("UserName"));
        await MayAsync(user, "ListAccessKeys");
        await MayAsync(user, "GetAccessKeyLastUsed", ("AccessKeyId", key.Value("AccessKeyId")!));
        await MayAsync(user, "UpdateAccessKey", ("AccessKeyId", key.Value("AccessKeyId")!), ("Status", "Inactive"));
        await MayAsync(user, "DeleteAccessKey", ("AccessKeyId", key.Value("AccessKeyId")!));
        await MayNotAsync(
            user, "CreateAccessKey", $"user/{other}", "because no identity-based policy allows the iam:CreateAccessKey action",
            ("UserName", other));
    }

    private static async Task<QueryClient> UserAsync(QueryClient iam, string policy, string? name = null)
    {
        name ??= NewName("user");
        await iam.CreateUserAsync(name, ("Path", "/people/"));
        await iam.OkAsync("PutUserPolicy", ("UserName", name), ("PolicyName", "p"), ("PolicyDocument", policy));
        var key = await iam.OkAsync("CreateAccessKey", ("UserName", name));
        return new QueryClient(iam.Endpoint, key.Value("AccessKeyId")!, key.Value("SecretAccessKey")!);
    }

    private static Task<QueryAnswer> MayAsync(QueryClient user, string action, params (string, string)[] parameters) =>
        user.OkAsync(action, parameters);

    private static async Task MayNotAsync(
        QueryClient user, string action, string resource, string reason, params (string, string)[] parameters)
    {
        var answer = await user.CallAsync(action, parameters);
        Assert.Equal((403, "AccessDenied"), (answer.Status, answer.Error));
        Assert.Contains(
            $" is not authorized to perform: iam:{action} on resource: arn:aws:iam::000000000000:{resource} {reason}",
            answer.Message, StringComparison.Ordinal);
    }
}

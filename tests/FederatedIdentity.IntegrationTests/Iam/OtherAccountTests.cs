using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Server.Iam;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>What belongs to another account looks as if it were not there, to every action that names something.</summary>
[Collection(nameof(WireTests))]
public sealed class OtherAccountTests(ServerFixture server)
{
    private static readonly string[] NamingNothing =
    [
        "ListOpenIDConnectProviders", "ListSAMLProviders", "ListRoles", "ListUsers", "CreateOpenIDConnectProvider", "CreateSAMLProvider",
        "CreateRole", "CreateUser",
    ];

    [Fact]
    public async Task Nothing_of_another_account_is_found_shown_or_changed()
    {
        var (theirs, mine) = (await server.NewAccountAsync(), await server.NewAccountAsync());
        await theirs.Iam.CreateRoleAsync("theirs");
        await theirs.Iam.OkAsync("PutRolePolicy", ("RoleName", "theirs"), ("PolicyName", "p"), ("PolicyDocument", Policy));
        await theirs.Iam.CreateUserAsync("theirs");
        await theirs.Iam.OkAsync("PutUserPolicy", ("UserName", "theirs"), ("PolicyName", "p"), ("PolicyDocument", Policy));
        var key = (await theirs.Iam.OkAsync("CreateAccessKey", ("UserName", "theirs"))).Value("AccessKeyId")!;
        var oidc = (await theirs.Iam.OkAsync(
            "CreateOpenIDConnectProvider", ("Url", "https://theirs.example"))).Value("OpenIDConnectProviderArn")!;
        var saml = (await theirs.Iam.OkAsync(
            "CreateSAMLProvider", ("Name", "theirs"), ("SAMLMetadataDocument", SamlKey.Metadata(SamlKey.Rsa())))).Value("SAMLProviderArn")!;
        var before = await SnapshotAsync(theirs);
        var input = new Dictionary<string, string>
        {
            ["RoleName"] = "theirs",
            ["UserName"] = "theirs",
            ["PolicyName"] = "p",
            ["PolicyDocument"] = Policy,
            ["AccessKeyId"] = key,
            ["Status"] = "Inactive",
            ["OpenIDConnectProviderArn"] = oidc,
            ["SAMLProviderArn"] = saml,
            ["SAMLMetadataDocument"] = new string(' ', 1000),
            ["ClientID"] = "c",
            ["Description"] = "d",
            ["ThumbprintList.member.1"] = new string('a', 40),
            ["Tags.member.1.Key"] = "k",
            ["Tags.member.1.Value"] = "v",
            ["TagKeys.member.1"] = "k",
        };
        var actions = IamSurface.Actions.Select(action => action.Name).Except(NamingNothing).ToArray();

        foreach (var action in actions)
        {
            var answer = await mine.Iam.CallAsync(action, [.. input.Select(one => (one.Key, one.Value))]);
            Assert.Equal((action, 404, "NoSuchEntity"), (action, answer.Status, answer.Error));
        }

        // Nor by the own root's keys, which leave the user out.
        foreach (var action in new[] { "UpdateAccessKey", "DeleteAccessKey" })
        {
            var answer = await mine.Iam.CallAsync(action, ("AccessKeyId", key), ("Status", "Inactive"));
            Assert.Equal((action, 404, "NoSuchEntity"), (action, answer.Status, answer.Error));
        }

        foreach (var action in NamingNothing.Where(name => name.StartsWith("List", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("theirs", (await mine.Iam.OkAsync(action)).Text, StringComparison.Ordinal);
        }

        Assert.Equal(before, await SnapshotAsync(theirs));
        await mine.Iam.CreateRoleAsync("theirs"); // Names are an account's own.
        await mine.Iam.CreateUserAsync("theirs");
    }

    private static async Task<string> SnapshotAsync(TestAccount account)
    {
        var texts = new List<string>();
        foreach (var action in new[] { "ListRoles", "ListUsers", "ListOpenIDConnectProviders", "ListSAMLProviders" })
        {
            texts.Add($"{(await account.Iam.OkAsync(action)).Xml.Elements().First()}");
        }

        texts.Add($"{(await account.Iam.OkAsync("GetRolePolicy", ("RoleName", "theirs"), ("PolicyName", "p"))).Value("PolicyDocument")}");
        texts.Add($"{(await account.Iam.OkAsync("ListAccessKeys", ("UserName", "theirs"))).Value("Status")}");
        return string.Join('\n', texts);
    }
}

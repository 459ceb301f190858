using System.Diagnostics;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

[Collection(nameof(WireTests))]
public sealed class SamlProviderTests(ServerFixture server)
{
    private static readonly string Metadata = SamlKey.Metadata(SamlKey.Rsa());

    [Fact]
    public async Task A_provider_lives_and_dies()
    {
        using var iam = server.Iam();
        var name = NewName("Idp._");
        var windows = Metadata.Replace("\n", "\r\n", StringComparison.Ordinal);
        var created = await iam.OkAsync(
            "CreateSAMLProvider", [("Name", name), ("SAMLMetadataDocument", windows), .. TagParameters([("team", "a"), ("Team", "b")])]);
        var arn = ("SAMLProviderArn", created.Value("SAMLProviderArn")!);
        Assert.Equal($"arn:aws:iam::{Home}:saml-provider/{name}", arn.Item2);
        Assert.Equal(new() { ["team"] = "a", ["Team"] = "b" }, created.Tags());

        var shown = await iam.OkAsync("GetSAMLProvider", arn);
        Assert.Equal(windows, shown.Value("SAMLMetadataDocument"));
        Assert.Null(shown.Value("ValidUntil"));
        var ending = Metadata.Replace("entityID=", "validUntil=\"2036-01-02T03:04:05Z\" entityID=", StringComparison.Ordinal);
        Assert.Equal(arn.Item2, (await iam.OkAsync("UpdateSAMLProvider", arn, ("SAMLMetadataDocument", ending))).Value("SAMLProviderArn"));
        shown = await iam.OkAsync("GetSAMLProvider", arn);
        Assert.Equal((ending, "2036-01-02T03:04:05Z"), (shown.Value("SAMLMetadataDocument"), shown.Value("ValidUntil")));
        var entry = (await iam.OkAsync("ListSAMLProviders")).Elements("Arn").Single(one => one.Value == arn.Item2).Parent!;
        Assert.Equal(["Arn", "ValidUntil", "CreateDate"], entry.Elements().Select(element => element.Name.LocalName));

        await iam.RefusedAsync(
            409, "EntityAlreadyExists", $"SAML Provider with name {name} already exists.",
            "CreateSAMLProvider", ("Name", name), ("SAMLMetadataDocument", Metadata));
        await iam.OkAsync("DeleteSAMLProvider", arn);
        await iam.RefusedAsync(404, "NoSuchEntity", $"Manifest not found for arn {arn.Item2}", "GetSAMLProvider", arn);
    }

    [Fact]
    public async Task Metadata_that_proves_nothing_is_InvalidInput_and_changes_nothing()
    {
        using var iam = server.Iam();
        var name = NewName("idp");
        var arn = ("SAMLProviderArn", (await iam.OkAsync(
            "CreateSAMLProvider", ("Name", name), ("SAMLMetadataDocument", Metadata))).Value("SAMLProviderArn")!);
        (string Document, string Fault)[] bad =
        [
            (new string(' ', 1000), "not well-formed XML without a DTD"),
            (Metadata + "\0", "not well-formed XML without a DTD"),
            (
                Metadata.Replace("<!--", "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><!--", StringComparison.Ordinal),
                "not well-formed XML without a DTD"
            ),
            (SamlKey.MetadataOf("<!--" + new string('x', 1000) + "-->"), "no KeyDescriptor for signing"),
        ];
        foreach (var (document, fault) in bad)
        {
            var message = $"Could not parse metadata: {fault}.";
            await iam.RefusedAsync(
                400, "InvalidInput", message, "CreateSAMLProvider", ("Name", NewName("idp")), ("SAMLMetadataDocument", document));
            await iam.RefusedAsync(400, "InvalidInput", message, "UpdateSAMLProvider", arn, ("SAMLMetadataDocument", document));
        }

        Assert.Equal("ValidationError", (await iam.CallAsync(
            "CreateSAMLProvider", ("Name", NewName("idp")), ("SAMLMetadataDocument", "<x/>"))).Error);
        Assert.Equal("ValidationError", (await iam.CallAsync(
            "CreateSAMLProvider", ("Name", "a b"), ("SAMLMetadataDocument", Metadata))).Error);
        Assert.Equal(Metadata, (await iam.OkAsync("GetSAMLProvider", arn)).Value("SAMLMetadataDocument"));
    }

    [Theory]
    [InlineData("arn:aws:iam::000000000000:saml-provider/")]
    [InlineData("arn:aws:iam::000000000000:oidc-provider/x")]
    [InlineData("arn:aws:iam::000000000000:saml-provider/a\0b")]
    public async Task What_is_no_ARN_of_a_provider_is_InvalidInput(string arn)
    {
        using var iam = server.Iam();
        foreach (var action in new[] { "GetSAMLProvider", "DeleteSAMLProvider", "ListSAMLProviderTags" })
        {
            Assert.Equal("InvalidInput", (await iam.CallAsync(action, ("SAMLProviderArn", arn))).Error);
        }
    }

    [Fact]
    public async Task An_account_has_a_hundred_providers()
    {
        var account = await server.NewAccountAsync();
        await server.Database.ScalarAsync($"""
            insert into saml_provider (arn, account_id, name, id, metadata, entity_id, signing_keys, version, created_at)
            select
                'arn:aws:iam::{account.Id}:saml-provider/' || n, '{account.Id}', n, gen_random_uuid(), '', '', array['x'::bytea], 1, now()
            from generate_series(1, 100) n
            """);
        await account.Iam.RefusedAsync(
            409, "LimitExceeded", "Cannot exceed quota for SAMLProvidersPerAccount: 100",
            "CreateSAMLProvider", ("Name", "more"), ("SAMLMetadataDocument", Metadata));
    }

    [Fact]
    public async Task Pools_follow_every_change_of_a_provider_within_the_age_of_a_snapshot()
    {
        var account = await server.NewAccountAsync();
        var key = SamlKey.Rsa();
        await using var peer = new SamlPeer(key);
        var arn = ("SAMLProviderArn", $"arn:aws:iam::{account.Id}:saml-provider/samlp");
        var pool = (await account.Pools.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "p",
            AllowUnauthenticatedIdentities = false,
            SamlProviderARNs = new[] { arn.Item2 },
        }))["IdentityPoolId"];

        await BecomesAsync(accepted: false);
        await account.Iam.OkAsync("CreateSAMLProvider", ("Name", "samlp"), ("SAMLMetadataDocument", SamlKey.Metadata(key)));
        await BecomesAsync(accepted: true);
        await account.Iam.OkAsync("UpdateSAMLProvider", arn, ("SAMLMetadataDocument", Metadata)); // Another's key.
        await BecomesAsync(accepted: false);
        await account.Iam.OkAsync("UpdateSAMLProvider", arn, ("SAMLMetadataDocument", SamlKey.Metadata(SamlKey.Rsa(), key)));
        await BecomesAsync(accepted: true);
        await account.Iam.OkAsync("DeleteSAMLProvider", arn);
        await BecomesAsync(accepted: false);

        async Task BecomesAsync(bool accepted)
        {
            var logins = new Dictionary<string, string> { [arn.Item2] = await peer.TokenAsync(new { user = "follower", sign = "both" }) };
            var started = Stopwatch.GetTimestamp();
            WireAnswer answer;
            do
            {
                answer = await account.Pools.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins });
            }
            while (answer.Ok != accepted && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3));

            Assert.True(answer.Ok == accepted, answer.Text);
            if (!accepted)
            {
                Assert.Equal("NotAuthorizedException", answer.Error);
            }
        }
    }

    [Fact]
    public async Task The_command_line_drives_a_provider()
    {
        var cli = server.IamCli();
        var created = (await cli.OkAsync(
            "create-saml-provider", "--name", NewName("cli"), "--saml-metadata-document", Metadata, "--tags", "Key=a,Value=b")).Json;
        string[] on = ["--saml-provider-arn", $"{created["SAMLProviderArn"]}"];
        await cli.OkAsync("update-saml-provider", [.. on, "--saml-metadata-document", Metadata]);
        await cli.OkAsync("tag-saml-provider", [.. on, "--tags", "Key=c,Value=d"]);
        await cli.OkAsync("untag-saml-provider", [.. on, "--tag-keys", "a"]);
        Assert.Equal("c", $"{Assert.Single((await cli.OkAsync("list-saml-provider-tags", on)).Json["Tags"]!.AsArray())!["Key"]}");
        Assert.Equal(Metadata, $"{(await cli.OkAsync("get-saml-provider", on)).Json["SAMLMetadataDocument"]}");
        Assert.Contains(on[1], (await cli.OkAsync("list-saml-providers")).Output, StringComparison.Ordinal);
        await cli.OkAsync("delete-saml-provider", on);
        await cli.IsRefusedAsync(
            "NoSuchEntity", "DeleteSAMLProvider", $"Manifest not found for arn {on[1]}", "delete-saml-provider", on);
    }
}

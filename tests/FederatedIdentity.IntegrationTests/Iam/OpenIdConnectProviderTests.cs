using System.Diagnostics;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

[Collection(nameof(WireTests))]
public sealed class OpenIdConnectProviderTests(ServerFixture server)
{
    private const string Thumbprint = "990f4193972f2becf12ddeda5237f9c952f20d9e";
    private const string BadForm =
        "Invalid Open ID Connect Provider URL: it must be https://, a host and perhaps a path, without query and fragment.";

    [Fact]
    public async Task A_provider_lives_and_dies()
    {
        using var iam = server.Iam();
        var url = $"https://{NewName("issuer")}.example/Realms/a";
        var created = await iam.OkAsync(
            "CreateOpenIDConnectProvider", ("Url", url), ("ClientIDList.member.1", "b"), ("ClientIDList.member.2", "a"),
            ("ClientIDList.member.3", "b"), ("ThumbprintList.member.1", Thumbprint), ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "core"));
        var arn = created.Value("OpenIDConnectProviderArn")!;
        Assert.Equal($"arn:aws:iam::{Home}:oidc-provider/{url["https://".Length..]}", arn);
        Assert.Equal(new() { ["team"] = "core" }, created.Tags());

        await iam.OkAsync("AddClientIDToOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn), ("ClientID", "c d+é"));
        await iam.OkAsync("AddClientIDToOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn), ("ClientID", "a"));
        await iam.OkAsync("RemoveClientIDFromOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn), ("ClientID", "b"));
        await iam.OkAsync("RemoveClientIDFromOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn), ("ClientID", "never was"));
        await iam.OkAsync(
            "UpdateOpenIDConnectProviderThumbprint", ("OpenIDConnectProviderArn", arn), ("ThumbprintList.member.1", new string('a', 40)));
        var shown = await iam.OkAsync("GetOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn));
        Assert.Equal(url["https://".Length..], shown.Value("Url"));
        Assert.Equal(["a", "c d+é"], shown.List("ClientIDList"));
        Assert.Equal([new string('a', 40)], shown.List("ThumbprintList"));
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", shown.Value("CreateDate"));
        Assert.Contains(arn, (await iam.OkAsync("ListOpenIDConnectProviders")).List("OpenIDConnectProviderList"));

        await iam.OkAsync("DeleteOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn));
        await iam.RefusedAsync(
            404, "NoSuchEntity", $"OpenIDConnect Provider not found for arn {arn}",
            "GetOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn));
        Assert.DoesNotContain(arn, (await iam.OkAsync("ListOpenIDConnectProviders")).List("OpenIDConnectProviderList"));
        Assert.Equal(0, await server.Database.CountAsync($"open_id_connect_provider_client where arn = '{arn}'"));
    }

    [Theory]
    [InlineData("http://issuer.example", "Invalid Open ID Connect Provider URL: it must begin with https://.")]
    [InlineData("http://127.0.0.9", "Invalid Open ID Connect Provider URL: it must begin with https://.")]
    [InlineData("issuer.example", BadForm)]
    [InlineData("ftp://issuer.example", BadForm)]
    [InlineData("HTTPS://issuer.example", BadForm)]
    [InlineData("https://", BadForm)]
    [InlineData("https://user@issuer.example", BadForm)]
    [InlineData("https://issuer.example/?a=b", BadForm)]
    [InlineData("https://issuer.example/#a", BadForm)]
    [InlineData("https://issuer.example/a b", BadForm)]
    [InlineData("https://issuer.example/\0", BadForm)]
    [InlineData("https://issuer.example/\n", BadForm)]
    [InlineData("https://issuer.example:99999/", BadForm)]
    [InlineData("https://..", BadForm)]
    public async Task What_is_no_issuer_is_InvalidInput(string url, string message)
    {
        using var iam = server.Iam();
        await iam.RefusedAsync(400, "InvalidInput", message, "CreateOpenIDConnectProvider", ("Url", url));
    }

    [Fact]
    public async Task Thumbprints_are_at_most_five_of_forty_hexadecimal_digits()
    {
        using var iam = server.Iam();
        var url = ("Url", $"https://{NewName("issuer")}.example");
        (string, string)[] six = [.. Enumerable.Range(1, 6).Select(number => ($"ThumbprintList.member.{number}", Thumbprint))];

        await iam.RefusedAsync(
            400, "InvalidInput", "Thumbprint list must contain 5 entries or fewer.", "CreateOpenIDConnectProvider", [url, .. six]);
        await iam.RefusedAsync(
            400, "InvalidInput", "A thumbprint must be 40 hexadecimal digits.",
            "CreateOpenIDConnectProvider", url, ("ThumbprintList.member.1", new string('g', 40)));
        Assert.Equal(
            "ValidationError", (await iam.CallAsync("CreateOpenIDConnectProvider", url, ("ThumbprintList.member.1", "ab"))).Error);
        await iam.OkAsync("CreateOpenIDConnectProvider", [url, .. six[..5]]);
    }

    [Fact]
    public async Task A_client_id_with_control_characters_is_InvalidInput()
    {
        using var iam = server.Iam();
        await iam.RefusedAsync(
            400, "InvalidInput", "A client id must not hold control characters.",
            "CreateOpenIDConnectProvider", ("Url", "https://issuer.example"), ("ClientIDList.member.1", "a\0"));
    }

    [Fact]
    public async Task An_account_registers_an_issuer_once_and_another_account_may_too()
    {
        using var iam = server.Iam();
        var (url, other) = ($"https://{NewName("issuer")}.example/", await server.NewAccountAsync());
        await iam.OkAsync("CreateOpenIDConnectProvider", ("Url", url));

        await iam.RefusedAsync(
            409, "EntityAlreadyExists", $"Provider with url {url} already exists.", "CreateOpenIDConnectProvider", ("Url", url));
        await other.Iam.OkAsync("CreateOpenIDConnectProvider", ("Url", url));
    }

    [Fact]
    public async Task Of_ten_that_register_an_issuer_at_once_one_succeeds()
    {
        using var iam = server.Iam();
        var url = $"https://{NewName("issuer")}.example";

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => iam.CallAsync("CreateOpenIDConnectProvider", ("Url", url))));

        Assert.Single(answers, answer => answer.Ok);
        Assert.All(answers.Where(answer => !answer.Ok), answer => Assert.Equal("EntityAlreadyExists", answer.Error));
    }

    [Fact]
    public async Task Quotas_are_a_hundred_providers_and_a_hundred_client_ids()
    {
        var account = await server.NewAccountAsync();
        (string, string)[] clients = [.. Enumerable.Range(1, 101).Select(number => ($"ClientIDList.member.{number}", $"client {number}"))];
        var url = ("Url", "https://issuer.example");

        await account.Iam.RefusedAsync(
            409, "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
            "CreateOpenIDConnectProvider", [url, .. clients]);
        var arn = (await account.Iam.OkAsync("CreateOpenIDConnectProvider", [url, .. clients[..100]])).Value("OpenIDConnectProviderArn")!;
        await account.Iam.RefusedAsync(
            409, "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
            "AddClientIDToOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn), ("ClientID", "one more"));
        await server.Database.ScalarAsync($"""
            insert into open_id_connect_provider (arn, account_id, url, thumbprints, created_at)
            select 'arn:aws:iam::{account.Id}:oidc-provider/' || n, '{account.Id}', 'https://' || n, array[]::text[], now()
            from generate_series(1, 99) n
            """);
        await account.Iam.RefusedAsync(
            409, "LimitExceeded", "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100",
            "CreateOpenIDConnectProvider", ("Url", "https://one.more.example"));
    }

    [Theory]
    [InlineData("arn:aws:iam::000000000000:oidc-provider/")]
    [InlineData("arn:aws:iam::000000000000:role/some-role")]
    [InlineData("arn:aws:iam::0000:oidc-provider/issuer.example")]
    [InlineData("arn:aws:iam::000000000000:oidc-provider/a\0b")]
    [InlineData("this is not an arn at all")]
    public async Task What_is_no_ARN_of_a_provider_is_InvalidInput(string arn)
    {
        using var iam = server.Iam();
        foreach (var action in new[] { "GetOpenIDConnectProvider", "DeleteOpenIDConnectProvider", "ListOpenIDConnectProviderTags" })
        {
            var answer = await iam.CallAsync(action, ("OpenIDConnectProviderArn", arn));
            Assert.Equal((400, "InvalidInput"), (answer.Status, answer.Error));
        }
    }

    [Fact]
    public async Task Pools_follow_every_change_of_a_provider_within_the_age_of_a_snapshot()
    {
        var account = await server.NewAccountAsync();
        var arn = ("OpenIDConnectProviderArn", $"arn:aws:iam::{account.Id}:oidc-provider/{server.Oidc.LoginKey}");
        var pool = (await account.Pools.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "p",
            AllowUnauthenticatedIdentities = false,
            OpenIdConnectProviderARNs = new[] { arn.Item2 },
        }))["IdentityPoolId"];

        await BecomesAsync(accepted: false);
        await account.Iam.OkAsync("CreateOpenIDConnectProvider", ("Url", server.Oidc.Issuer), ("ClientIDList.member.1", "client-RS256"));
        await BecomesAsync(accepted: true);
        Assert.Equal(server.Oidc.Issuer, (await account.Iam.OkAsync("GetOpenIDConnectProvider", arn)).Value("Url"));
        await account.Iam.OkAsync("RemoveClientIDFromOpenIDConnectProvider", arn, ("ClientID", "client-RS256"));
        await BecomesAsync(accepted: false);
        await account.Iam.OkAsync("AddClientIDToOpenIDConnectProvider", arn, ("ClientID", "client-RS256"));
        await BecomesAsync(accepted: true);
        await account.Iam.OkAsync("DeleteOpenIDConnectProvider", arn);
        await BecomesAsync(accepted: false);
        var kept = await account.Pools.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool });
        Assert.Equal(arn.Item2, $"{kept.Body["OpenIdConnectProviderARNs"]![0]}");

        // Asks until the answer is the new one, which a snapshot of one second must not delay by much more than that.
        async Task BecomesAsync(bool accepted)
        {
            var logins = await server.LoginAsync("follower");
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
        var url = $"https://{NewName("cli")}.example";
        var arn = $"{(await cli.OkAsync(
            "create-open-id-connect-provider", "--url", url, "--client-id-list", "one", "two", "--thumbprint-list", Thumbprint,
            "--tags", "Key=team,Value=web")).Json["OpenIDConnectProviderArn"]}";
        string[] on = ["--open-id-connect-provider-arn", arn];

        await cli.OkAsync("add-client-id-to-open-id-connect-provider", [.. on, "--client-id", "three"]);
        await cli.OkAsync("remove-client-id-from-open-id-connect-provider", [.. on, "--client-id", "one"]);
        await cli.OkAsync("update-open-id-connect-provider-thumbprint", [.. on, "--thumbprint-list", new string('b', 40)]);
        await cli.OkAsync("tag-open-id-connect-provider", [.. on, "--tags", "Key=stage,Value=prod"]);
        await cli.OkAsync("untag-open-id-connect-provider", [.. on, "--tag-keys", "team"]);
        var shown = (await cli.OkAsync("get-open-id-connect-provider", on)).Json;
        Assert.Equal(["three", "two"], shown["ClientIDList"]!.AsArray().Select(id => $"{id}"));
        Assert.Equal(new string('b', 40), $"{shown["ThumbprintList"]![0]}");
        var tags = (await cli.OkAsync("list-open-id-connect-provider-tags", on)).Json["Tags"]!.AsArray();
        Assert.Equal("stage", $"{Assert.Single(tags)!["Key"]}");
        Assert.Contains(arn, (await cli.OkAsync("list-open-id-connect-providers")).Output, StringComparison.Ordinal);
        await cli.OkAsync("delete-open-id-connect-provider", on);
        await cli.IsRefusedAsync(
            "NoSuchEntity", "GetOpenIDConnectProvider", $"OpenIDConnect Provider not found for arn {arn}",
            "get-open-id-connect-provider", on);
    }
}

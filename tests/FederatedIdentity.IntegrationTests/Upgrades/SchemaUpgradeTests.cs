using System.Text;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.Jose;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedIdentity.IntegrationTests.Upgrades;

/// <summary>
/// A database that any release, or any step on the way to it, has left behind becomes one of today: every row is as it was, and the server
/// goes on with what others have begun. A release whose schema has no file of contents here fails.
/// </summary>
public sealed class SchemaUpgradeTests
{
    private const int WithRoles = 2;
    private const int WithSaml = 3;
    private const int WithIam = 4;

    private const string Pool = "us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596";
    private const string EmployeesPool = "us-east-1:11111111-0000-4000-8000-000000000003";
    private const string Guest = "us-east-1:3f59ca1b-4777-4fbf-b6f8-8a06b66a879d";

    /// <summary>By release 0.1.0, long ago.</summary>
    private const string OldToken =
        "eyJraWQiOiJ1cy1lYXN0LTExIiwidHlwIjoiSldTIiwiYWxnIjoiUlM1MTIifQ.eyJzdWIiOiJ1cy1lYXN0LTE6M2Y1OWNhMWItNDc3Ny00ZmJ"
        + "mLWI2ZjgtOGEwNmI2NmE4NzlkIiwiYXVkIjoidXMtZWFzdC0xOjJjNWI4ODgyLWE5MTYtNDU1MS1hYTBjLWMzNTA3NDZmMTU5NiIsImFtciI6W"
        + "yJ1bmF1dGhlbnRpY2F0ZWQiXSwiaXNzIjoiaHR0cDovLzEyNy4wLjAuMTo4MDgwIiwiaHR0cHM6Ly9jb2duaXRvLWlkZW50aXR5LmFtYXpvbmF"
        + "3cy5jb20vaWRlbnRpdHktcG9vbC1hcm4iOiJhcm46YXdzOmNvZ25pdG8taWRlbnRpdHk6dXMtZWFzdC0xOjAwMDAwMDAwMDAwMDppZGVudGl0e"
        + "XBvb2wvdXMtZWFzdC0xOjJjNWI4ODgyLWE5MTYtNDU1MS1hYTBjLWMzNTA3NDZmMTU5NiIsImV4cCI6MTc5NTY5MTUyOSwiaWF0IjoxNzk1Njk"
        + "wOTI5fQ.Aq3hzVOwDZ58zHDPy4Qp5sUsQd2cTuEn4rP0FqzJjs6j9zKZX4e9pt_CLjqqfdqr_pgiWfxw3feVCVr3LTU1KD2TBUBijkb2RVP-Vl"
        + "oDkhJPEldovKyof8cLPBWliuFFmdNC6elaLiMZK18Ge0n6fciBi6EKFmYWv31RFA9PA3RBqjG0modAdihq6uRPoYzquY4sNc7M2xTs-"
        + "y2XxoVkyBzeRivxseE0ADi6g9Q0AlImWV25rEkjZQqqbdAPYAHJXw3_BrK6gAc9o6X8h5AzVyJzwFJ2A1MACGETtO3H6kMPw_qutJMzqPmBp0P"
        + "q5vp6mX0ROirmQX0dQbbyGni6Vw";

    private static readonly string MasterKey = Convert.ToBase64String("upgrade-tests-master-key-32bytes"u8);
    private static readonly TestKey Root = new("AKIAUPGRADEROOT00000", "root/secret+of-the-upgrade-tests-00000000");
    private static readonly TestKey Ursula = new("AKIAPJO5FF6RVWXUBVV2", "ffbOlkLXKkT7b6S6hd9ajy2YvKfRvgM0OMPbJbB+");

    public static TheoryData<int> Released => [.. Enumerable.Range(1, Release.Newest.Schema)];

    [Theory]
    [MemberData(nameof(Released))]
    public async Task A_database_of_a_released_schema_keeps_every_row_and_is_served(int schema)
    {
        await using var mint = await TokenMint.StartAsync();
        await using var old = await OldDatabase.CreateAsync(schema, mint.LoginKey);
        var columns = await old.ColumnsAsync();
        var before = await old.RowsAsync(columns);
        Assert.DoesNotContain(before, table => table.Value.Length == 0); // Else nothing would be said about that table.

        await new SchemaMigrator(PostgresConnection.Of(old.ConnectionString), NullLogger<SchemaMigrator>.Instance).MigrateAsync(default);

        Assert.Equivalent(before, await old.RowsAsync(columns), strict: true);
        await using var server = await ServerProcess.StartAsync(Settings(old, mint));
        await IdentitiesAnswerAsync(server, mint);
        await TokensVerifyAsync(server);
        if (schema >= WithRoles)
        {
            using var api = new WireClient(server.BaseAddress, Root.Id, Root.Secret);
            var roles = await api.CallAsync("GetIdentityPoolRoles", new { IdentityPoolId = EmployeesPool });
            var rule = roles.Body["RoleMappings"]!["accounts.google.com"]!["RulesConfiguration"]!["Rules"]![0]!;
            Assert.Equal("it's \0 \"quoted\"", $"{rule["Value"]}");
        }

        if (schema >= WithSaml)
        {
            using var iam = new QueryClient(server.BaseAddress, Root.Id, Root.Secret);
            var saml = await iam.OkAsync("GetSAMLProvider", ("SAMLProviderArn", "arn:aws:iam::000000000000:saml-provider/corp"));
            Assert.Contains("'; drop table saml_provider; -- 💥 ]]>", saml.Value("SAMLMetadataDocument"), StringComparison.Ordinal);
        }

        if (schema >= WithIam)
        {
            await KeysAndRolesWorkAsync(server);
        }
    }

    private static Dictionary<string, string?> Settings(OldDatabase old, TokenMint mint)
    {
        var settings = TestServer.Settings(old.ConnectionString, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        settings.Remove("FederatedIdentity__Bootstrap__AccessKeyId");
        settings.Remove("FederatedIdentity__Bootstrap__SecretAccessKey");
        settings["FederatedIdentity__MasterKey"] = MasterKey;
        settings["FederatedIdentity__Outbound__AllowedPrivateHosts__0"] = mint.LoginKey;
        return settings;
    }

    private static async Task IdentitiesAnswerAsync(ServerProcess server, TokenMint mint)
    {
        using var api = new WireClient(server.BaseAddress, Root.Id, Root.Secret);
        var pool = await api.CallAsync("DescribeIdentityPool", new { IdentityPoolId = Pool });
        Assert.Equal("""Grüße; drop table identity; -- "quoted" \ 'single' 日本語 💥 %s $1 {0}""", pool["IdentityPoolName"]);
        Assert.Equal("consumer;secret-of-the-consumer", $"{pool.Body["SupportedLoginProviders"]!["api.twitter.com"]}");
        Assert.Equal("identity & <access>; --", $"{pool.Body["IdentityPoolTags"]!["team"]}");
        foreach (var (subject, number) in new[] { ("O'Brien\"; drop table login; -- \\ 💥", 1), ("sha256:me", 2), ("maria", 4) })
        {
            var answer = await api.CallAsync("GetId", new { IdentityPoolId = Pool, Logins = mint.Login(subject) });
            Assert.Equal(Identity(number), answer["IdentityId"]);
        }

        var employee = await api.CallAsync("GetOpenIdTokenForDeveloperIdentity", new
        {
            IdentityPoolId = Pool, Logins = new Dictionary<string, string> { ["backend"] = "employee 1" },
        });
        Assert.Equal(Identity(3), employee["IdentityId"]);
        var maria = await api.CallAsync("DescribeIdentity", new { IdentityId = Identity(4) });
        Assert.Equal(["127.0.0.1", "accounts.google.com", "backend"], Logins(maria));
        Assert.Equal("NotAuthorizedException", (await api.CallAsync("GetOpenIdToken", new { IdentityId = Identity(5) })).Error);
        Assert.Equal("ResourceNotFoundException", (await api.CallAsync("GetOpenIdToken", new { IdentityId = Identity(6) })).Error);
    }

    private static IEnumerable<string> Logins(WireAnswer identity) =>
        identity.Body["Logins"]!.AsArray().Select(login => login!.GetValue<string>().Split(':')[0]).Order(StringComparer.Ordinal);

    /// <summary>Those of then, and those of now with the same key.</summary>
    private static async Task TokensVerifyAsync(ServerProcess server)
    {
        using var api = new WireClient(server.BaseAddress, Root.Id, Root.Secret);
        var fresh = (await api.CallAsync("GetOpenIdToken", new { IdentityId = Guest }))["Token"];
        var keys = JwkSet.TryParse(
            Encoding.UTF8.GetBytes(await api.Http.GetStringAsync(new Uri("/.well-known/jwks_uri", UriKind.Relative))), out _)!;
        var key = Assert.IsType<KeyChoice.Found>(keys.Choose("RS512", "us-east-11")).Key;
        foreach (var token in new[] { OldToken, fresh })
        {
            Assert.Null(Jws.TryParse(token, out var jws, allowJwsType: true));
            Assert.Equal(("us-east-11", Guest), (jws!.KeyId, jws.Claims.GetProperty("sub").GetString()));
            Assert.True(key.Verify(jws));
        }

        Assert.IsType<KeyChoice.Found>(keys.Choose("RS512", "us-east-199"));
    }

    private static async Task KeysAndRolesWorkAsync(ServerProcess server)
    {
        using var sts = new StsClient(server.BaseAddress);
        using var api = new WireClient(server.BaseAddress, Root.Id, Root.Secret);
        Assert.Equal("arn:aws:iam::000000000000:user/Ursula", await sts.WhoIsAsync(Ursula));
        var session = TestKey.Of(await sts.OkAsync("GetSessionToken", Ursula));
        Assert.Equal("arn:aws:iam::000000000000:user/Ursula", await sts.WhoIsAsync(session));
        var credentials = StsCalls.KeyOf(await api.CallAsync("GetCredentialsForIdentity", new { IdentityId = Guest }));
        Assert.Equal(
            "arn:aws:sts::000000000000:assumed-role/upgrade/CognitoIdentityCredentials", await sts.WhoIsAsync(credentials));
    }

    private static string Identity(int number) => $"us-east-1:0000000{number}-0000-4000-8000-00000000000{number}";
}

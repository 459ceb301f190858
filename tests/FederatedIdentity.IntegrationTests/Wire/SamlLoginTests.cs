using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>
/// A server of its own that knows two SAML providers from its configuration: one by the metadata file that npm's samlp wrote, one by a
/// document in the setting itself, with two keys.
/// </summary>
public sealed class SamlLoginFixture : IAsyncLifetime
{
    private readonly string _file = Path.GetTempFileName();
    private TestDatabase? _database;
    private ServerProcess? _server;
    private WireClient? _client;

    internal SamlPeer Peer { get; } = new(Key);

    internal SamlPeer OtherPeer { get; } = new(OtherKey);

    internal static SamlKey Key { get; } = SamlKey.Rsa();

    internal static SamlKey OtherKey { get; } = SamlKey.Rsa();

    internal WireClient Client => _client!;

    internal ServerProcess Server => _server!;

    internal TestDatabase Database => _database!;

    internal Dictionary<string, string?> Settings { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await File.WriteAllTextAsync(_file, await Peer.MetadataAsync());
        var port = ServerProcess.FreePort();
        Settings = TestServer.Settings(_database, port, $"http://127.0.0.1:{port}");
        Settings["Logging__LogLevel__Default"] = "Trace";
        Settings["FederatedIdentity__SamlProviders__0__Name"] = "samlp";
        Settings["FederatedIdentity__SamlProviders__0__MetadataFile"] = _file;
        Settings["FederatedIdentity__SamlProviders__1__Name"] = "rollover";
        Settings["FederatedIdentity__SamlProviders__1__Metadata"] = SamlKey.Metadata(OtherKey, SamlKey.Rsa());
        await TestServer.MigrateAsync(Settings);
        _server = await ServerProcess.StartAsync(Settings);
        _client = TestServer.Client(_server);
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Peer.DisposeAsync();
        await OtherPeer.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        File.Delete(_file);
    }
}

public sealed class SamlLoginTests(SamlLoginFixture fixture) : IClassFixture<SamlLoginFixture>
{
    private const string Arn = "arn:aws:iam::000000000000:saml-provider/samlp";
    private const string RolloverArn = "arn:aws:iam::000000000000:saml-provider/rollover";
    private const string RoleAttribute = "https://aws.amazon.com/SAML/Attributes/Role";
    private const string One = "arn:aws:iam::000000000000:role/One";
    private const string Two = "arn:aws:iam::000000000000:role/Two";
    private const string NotVerified = "Invalid login token. SAML assertion could not be verified.";

    [Theory]
    [InlineData("assertion")]
    [InlineData("response")]
    [InlineData("both")]
    public async Task A_response_of_a_real_provider_is_a_login(string sign)
    {
        var pool = await PoolAsync(Arn);
        var user = Guid.NewGuid().ToString();
        var token = await fixture.Peer.TokenAsync(new { user, sign, attributes = new { department = "R&D <x>" } });

        var first = await GetIdAsync(pool, Arn, token);
        var again = await GetIdAsync(pool, Arn, token);
        var fresh = await GetIdAsync(pool, Arn, await fixture.Peer.TokenAsync(new { user, sign = "both" }));
        var other = await GetIdAsync(pool, Arn, await fixture.Peer.TokenAsync(new { user = user + "2", sign }));

        Assert.True(first.Ok, first.Text);
        Assert.Equal([first["IdentityId"], first["IdentityId"]], new[] { again["IdentityId"], fresh["IdentityId"] });
        Assert.NotEqual(first["IdentityId"], other["IdentityId"]);
        var described = await fixture.Client.CallAsync("DescribeIdentity", new { IdentityId = first["IdentityId"] });
        Assert.Equal([Arn], described.Body["Logins"]!.AsArray().Select(login => login!.GetValue<string>()));
    }

    [Fact]
    public async Task S07_SHA1_of_a_real_provider_is_refused() => await RefusedAsync(
        Arn, await fixture.Peer.TokenAsync(new { user = "sha1", sign = "both", algorithm = "rsa-sha1", digest = "sha1" }));

    [Fact]
    public async Task S09_S23_each_provider_has_its_own_keys()
    {
        var token = await fixture.OtherPeer.TokenAsync(new { user = "roller", sign = "assertion" });
        var pool = await PoolAsync(Arn, RolloverArn);

        Assert.True((await GetIdAsync(pool, RolloverArn, token)).Ok);
        AssertRefused("NotAuthorizedException", NotVerified, await GetIdAsync(pool, Arn, token));
    }

    [Fact]
    public async Task S01_S13_S14_what_is_not_meant_for_us_creates_and_links_nothing()
    {
        var token = await fixture.Peer.TokenAsync(new { user = "mallory", sign = "assertion" });
        string[] tokens =
        [
            await fixture.Peer.TokenAsync(new { user = "mallory", sign = "both", audience = "https://other.example.com" }),
            await fixture.Peer.TokenAsync(new { user = "mallory", sign = "both", recipient = "https://other.example.com/saml" }),
            await fixture.OtherPeer.TokenAsync(new { user = "mallory", sign = "both" }),
            Altered(token, "mallory", "alice"),
            Altered(token, "mallory", "mal<!-- -->lory"),
            token[..^8] + "AAAAAAAA",
            "nonsense",
        ];
        foreach (var bad in tokens)
        {
            await RefusedAsync(Arn, bad);
        }
    }

    [Fact]
    public async Task A_refused_response_links_nothing_to_a_guest()
    {
        var pool = await PoolAsync(Arn);
        var guest = (await fixture.Client.CallAsync("GetId", new { IdentityPoolId = pool }))["IdentityId"];
        var bad = Altered(await fixture.Peer.TokenAsync(new { user = "mallory", sign = "assertion" }), "mallory", "alice");

        AssertRefused("NotAuthorizedException", NotVerified, await CredentialsAsync(guest, bad));
        var described = await fixture.Client.CallAsync("DescribeIdentity", new { IdentityId = guest });
        Assert.Null(described.Body["Logins"]);
    }

    [Fact]
    public async Task S20_roles_come_from_the_assertion()
    {
        var pool = await PoolAsync(Arn);
        var none = await CallerAsync(pool, "none");
        var foreign = await CallerAsync(pool, "foreign", $"{One},{RolloverArn}", $"{One},{Arn},{Two}");
        var single = await CallerAsync(pool, "single", $"{One},{Arn}");
        var several = await CallerAsync(pool, "several", $"{One},{Arn}", $"{Arn},{Two}");

        AssertRoleDecided(await CredentialsAsync(single));
        AssertRoleDecided(await CredentialsAsync(single, One));
        AssertRoleForbidden(Two, await CredentialsAsync(single, Two));
        AssertRefused(
            "NotAuthorizedException", $"The ambiguous role mapping rules for: {Arn} denied this request.", await CredentialsAsync(several));
        AssertRoleDecided(await CredentialsAsync(several, One));
        AssertRoleDecided(await CredentialsAsync(several, Two));
        AssertRoleForbidden(AnyRole, await CredentialsAsync(several, AnyRole));
        AssertRoleForbidden(One, await CredentialsAsync(foreign, One));
        AssertRoleForbidden(One, await CredentialsAsync(none, One));
    }

    [Fact]
    public async Task A_mapping_reads_the_assertions_attributes()
    {
        var pool = await PoolAsync(Arn);
        var rule = new { Claim = "department", MatchType = "Equals", Value = "blue", RoleARN = Two };
        AssertEmpty(await fixture.Client.CallAsync("SetIdentityPoolRoles", new
        {
            IdentityPoolId = pool,
            Roles = new { },
            RoleMappings = new Dictionary<string, object>
            {
                [Arn] = new { Type = "Rules", AmbiguousRoleResolution = "Deny", RulesConfiguration = new { Rules = new[] { rule } } },
            },
        }));
        var caller = await CallerAsync(pool, "mapped", $"{One},{Arn}");

        AssertRoleDecided(await CredentialsAsync(caller, Two));
        AssertRoleForbidden(One, await CredentialsAsync(caller, One));
    }

    [Fact]
    public async Task The_classic_flow_knows_no_SAML()
    {
        var (identity, token) = await CallerAsync(await PoolAsync(Arn), "classic");

        AssertRefused(
            "InvalidParameterException",
            "Basic (classic) flow is not supported with SAML, please use enhanced flow.",
            await fixture.Client.CallAsync("GetOpenIdToken", new { IdentityId = identity, Logins = Login(Arn, token) }));
    }

    [Fact]
    public async Task A_pool_trusts_only_the_providers_that_it_names_and_that_exist()
    {
        const string Missing = "arn:aws:iam::000000000000:saml-provider/missing";
        var token = await fixture.Peer.TokenAsync(new { user = "lost", sign = "both" });
        var pool = await PoolAsync(RolloverArn, Missing);

        foreach (var key in new[] { Arn, Missing })
        {
            AssertRefused(
                "NotAuthorizedException",
                "Token is not from a supported provider of this identity pool.",
                await GetIdAsync(pool, key, token));
        }
    }

    [Fact]
    public async Task S25_keys_and_kinds_of_tokens_do_not_mix()
    {
        var pool = await PoolAsync(Arn);
        var token = await fixture.Peer.TokenAsync(new { user = "mixed", sign = "both" });

        AssertRefused(
            "NotAuthorizedException",
            "Invalid login token. Not a valid OpenId Connect identity token.",
            await GetIdAsync(pool, "accounts.google.com", token));
        AssertRefused("NotAuthorizedException", NotVerified, await GetIdAsync(pool, Arn, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"));
    }

    [Fact]
    public async Task Nothing_of_a_response_gets_into_the_log()
    {
        var pool = await PoolAsync(Arn);
        var good = await fixture.Peer.TokenAsync(new { user = "user-nobody-may-see", sign = "both" });
        Assert.True((await GetIdAsync(pool, Arn, good)).Ok);
        await GetIdAsync(pool, Arn, Altered(good, "user-nobody-may-see", "user-nobody-may-know"));
        await GetIdAsync(pool, Arn, good + "=");

        Assert.Contains("A saml login for pool", fixture.Server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("user-nobody-may", fixture.Server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(good[..200], fixture.Server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(good[^200..], fixture.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_exists_stays_as_it_is_at_the_next_start()
    {
        const string Trace = $"select id::text || created_at || metadata from saml_provider where arn = '{Arn}'";
        var before = await fixture.Database.ScalarAsync(Trace);
        var settings = new Dictionary<string, string?>(fixture.Settings)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{ServerProcess.FreePort()}",
            ["FederatedIdentity__SamlProviders__0__MetadataFile"] = null,
            ["FederatedIdentity__SamlProviders__0__Metadata"] = SamlKey.Metadata(SamlKey.Rsa()),
        };

        await using (await ServerProcess.StartAsync(settings))
        {
            Assert.Equal(before, await fixture.Database.ScalarAsync(Trace));
        }
    }

    [Fact]
    public async Task A_server_does_not_start_over_metadata_that_cannot_be_used()
    {
        var settings = new Dictionary<string, string?>(fixture.Settings)
        {
            ["FederatedIdentity__SamlProviders__0__MetadataFile"] = "/nonexistent/metadata.xml",
            ["FederatedIdentity__SamlProviders__1__Metadata"] = "<x/>",
            ["FederatedIdentity__SamlProviders__2__Name"] = "a b",
        };

        var (status, log) = await ServerProcess.RunAsync(settings);

        Assert.NotEqual(0, status);
        Assert.Contains("SamlProviders:0: MetadataFile cannot be read.", log, StringComparison.Ordinal);
        Assert.Contains("SamlProviders:1: the metadata cannot be used: the root is no EntityDescriptor.", log, StringComparison.Ordinal);
        Assert.Contains("SamlProviders:2: Name must be", log, StringComparison.Ordinal);
        Assert.Contains("SamlProviders:2: Give either Metadata or MetadataFile.", log, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string key, string token)
    {
        var pool = await PoolAsync(key);
        AssertRefused("NotAuthorizedException", NotVerified, await GetIdAsync(pool, key, token));
        var identities = await fixture.Client.CallAsync("ListIdentities", new { IdentityPoolId = pool, MaxResults = 10 });
        Assert.Empty(identities.Body["Identities"]!.AsArray());
    }

    private async Task<string> PoolAsync(params string[] arns)
    {
        var answer = await fixture.Client.CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = "saml", AllowUnauthenticatedIdentities = true, SamlProviderARNs = arns });
        Assert.True(answer.Ok, answer.Text);
        return answer["IdentityPoolId"];
    }

    private async Task<(string Identity, string Token)> CallerAsync(string pool, string user, params string[] roles)
    {
        var attributes = new JsonObject { ["department"] = "blue" };
        if (roles.Length > 0)
        {
            attributes[RoleAttribute] = new JsonArray([.. roles.Select(role => (JsonNode)role)]);
        }

        var token = await fixture.Peer.TokenAsync(new { user, sign = "both", attributes });
        return ((await GetIdAsync(pool, Arn, token))["IdentityId"], token);
    }

    private Task<WireAnswer> GetIdAsync(string pool, string key, string token) =>
        fixture.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = Login(key, token) });

    private Task<WireAnswer> CredentialsAsync((string Identity, string Token) caller, string? role = null) =>
        fixture.Client.CallAsync(
            "GetCredentialsForIdentity",
            new { IdentityId = caller.Identity, Logins = Login(Arn, caller.Token), CustomRoleArn = role });

    private Task<WireAnswer> CredentialsAsync(string identity, string token) => CredentialsAsync((identity, token));

    private static Dictionary<string, string> Login(string key, string token) => new() { [key] = token };

    private static string Altered(string token, string from, string to) => Convert.ToBase64String(
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Convert.FromBase64String(token)).Replace(from, to, StringComparison.Ordinal)));

    /// <summary>Until there is an STS a role that was decided shows as one that an STS refuses.</summary>
    private static void AssertRoleDecided(WireAnswer answer) => AssertRefused(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        answer);

    private static void AssertRoleForbidden(string role, WireAnswer answer) =>
        AssertRefused("NotAuthorizedException", $"Access to Role '{role}' is forbidden.", answer);
}

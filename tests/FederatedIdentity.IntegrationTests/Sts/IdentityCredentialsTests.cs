using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>GetCredentialsForIdentity gives credentials that are those of the role that was decided, and signs calls with them.</summary>
[Collection(nameof(WireTests))]
public sealed class IdentityCredentialsTests(ServerFixture server) : IDisposable
{
    private const string NotConfigured = "Invalid identity pool configuration. Check assigned IAM roles for this pool.";

    private readonly QueryClient _iam = server.Iam();
    private readonly StsClient _sts = server.Sts();

    public void Dispose()
    {
        _iam.Dispose();
        _sts.Dispose();
    }

    [Fact]
    public async Task Users_and_guests_get_the_credentials_of_their_roles_and_sign_with_them()
    {
        var pool = await server.OidcPoolAsync();
        var (users, guests) = (await _iam.RoleAsync(PoolTrust(pool)), await _iam.RoleAsync(PoolTrust(pool, "unauthenticated")));
        await server.SetRolesAsync(pool, new { authenticated = users, unauthenticated = guests });
        var login = await server.LoginAsync("creds");
        var (id, guest) = (await server.IdAsync(pool, login), await server.GuestAsync(pool));

        var answer = await server.CredentialsAsync(id, login);
        await IsAsync(users, answer);
        Assert.Equal(id, answer["IdentityId"]);
        Assert.Equal(["AccessKeyId", "SecretKey", "SessionToken", "Expiration"], answer.Body["Credentials"]!.AsObject().Select(one => one.Key));
        var expiration = answer.Body["Credentials"]!["Expiration"]!.GetValue<double>();
        Assert.InRange(expiration - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 3500, 3600);
        await IsAsync(guests, await server.CredentialsAsync(guest));
        await IsAsync(guests, await server.CredentialsAsync(guest, null, users)); // A guest's wish has no meaning.
        await IsAsync(users, await server.CredentialsAsync(guest, login)); // Merged into the owner.
        AssertForbidden(guest, await server.CredentialsAsync(guest));
    }

    [Fact]
    public async Task A_role_that_does_not_want_the_identity_is_the_configurations_fault()
    {
        var (pool, other) = (await server.OidcPoolAsync(), await server.OidcPoolAsync());
        var login = await server.LoginAsync("unwanted");
        var id = await server.IdAsync(pool, login);
        foreach (var trust in new[] { PoolTrust(other), PoolTrust(pool, "unauthenticated"), IamCalls.Trust })
        {
            await server.SetRolesAsync(pool, new { authenticated = await _iam.RoleAsync(trust) });
            AssertRefused("InvalidIdentityPoolConfigurationException", NotConfigured, await server.CredentialsAsync(id, login));
        }

        await server.SetRolesAsync(pool, new { authenticated = "arn:aws:iam::000000000000:role/NoSuchRole" });
        AssertRefused("InvalidIdentityPoolConfigurationException", NotConfigured, await server.CredentialsAsync(id, login));
    }

    [Fact]
    public async Task Principal_tags_become_session_tags_if_the_role_allows_it()
    {
        var pool = await server.OidcPoolAsync();
        Assert.True((await server.Client.CallAsync("SetPrincipalTagAttributeMap", new
        {
            IdentityPoolId = pool, IdentityProviderName = server.Oidc.Arn, PrincipalTags = new { department = "department" },
        })).Ok);
        var login = await server.LoginAsync("tagged-user");
        var id = await server.IdAsync(pool, login);
        await server.SetRolesAsync(pool, new { authenticated = await _iam.RoleAsync(PoolTrust(pool)) });
        AssertRefused("InvalidIdentityPoolConfigurationException", NotConfigured, await server.CredentialsAsync(id, login));

        var tagging = await _iam.RoleAsync(
            PoolTrust(pool, "authenticated", "sts:TagSession"),
            Allow(new
            {
                Action = "cognito-identity:ListIdentityPools",
                Resource = "*",
                Condition = new
                {
                    StringEquals = new Dictionary<string, string>
                    {
                        ["aws:PrincipalTag/department"] = "engineering", ["cognito-identity.amazonaws.com:sub"] = id,
                    },
                },
            }));
        await server.SetRolesAsync(pool, new { authenticated = tagging });
        using var client = server.As(KeyOf(await server.CredentialsAsync(id, login)));
        Assert.True((await client.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);
    }

    [Fact]
    public async Task Guests_may_do_less_than_their_role_and_neither_administer_nor_assume()
    {
        var pool = await server.OidcPoolAsync();
        var role = await _iam.RoleAsync(PoolTrust(pool, "*"), AllowAll);
        await server.SetRolesAsync(pool, new { authenticated = role, unauthenticated = role });
        var guest = await server.GuestAsync(pool);
        var enhanced = KeyOf(await server.CredentialsAsync(guest));
        var token = (await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest }))["Token"];
        var classic = TestKey.Of(await _sts.OkAsync(
            "AssumeRoleWithWebIdentity", null, ("RoleArn", role), ("RoleSessionName", "classic"), ("WebIdentityToken", token)));
        var trusting = await _iam.RoleAsync(Trust(new { AWS = role }, "sts:AssumeRole"));

        using var pools = server.As(enhanced);
        Assert.True((await pools.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok); // cognito-identity:* is on the list.
        AssertRefused(403, "AccessDenied", await _sts.PostAsync("Action=ListRoles&Version=2010-05-08", enhanced, "iam"));
        Assert.True((await _sts.PostAsync("Action=ListRoles&Version=2010-05-08", classic, "iam")).Ok); // Only the enhanced flow scopes down.
        AssertRefused(403, "AccessDenied", await _sts.CallAsync("AssumeRole", enhanced, ("RoleArn", trusting), ("RoleSessionName", "xx")));
        Assert.True((await _sts.CallAsync("AssumeRole", classic, ("RoleArn", trusting), ("RoleSessionName", "xx"))).Ok);
    }

    [Fact]
    public async Task Rules_choose_the_role_and_a_user_may_choose_among_those_that_match()
    {
        var pool = await server.OidcPoolAsync();
        var trust = PoolTrust(pool);
        var (standard, first, second, never) = (await _iam.RoleAsync(trust), await _iam.RoleAsync(trust), await _iam.RoleAsync(trust), await _iam.RoleAsync(trust));
        await server.SetRolesAsync(pool, new { authenticated = standard }, new Dictionary<string, object>
        {
            [server.Oidc.Arn] = new
            {
                Type = "Rules",
                AmbiguousRoleResolution = "AuthenticatedRole",
                RulesConfiguration = new
                {
                    Rules = new[]
                    {
                        new { Claim = "groups", MatchType = "Equals", Value = "nobody", RoleARN = never },
                        new { Claim = "groups", MatchType = "Equals", Value = "dev", RoleARN = first },
                        new { Claim = "department", MatchType = "StartsWith", Value = "eng", RoleARN = second },
                    },
                },
            },
        });
        var login = await server.LoginAsync("ruled");
        var id = await server.IdAsync(pool, login);

        await IsAsync(first, await server.CredentialsAsync(id, login));
        await IsAsync(second, await server.CredentialsAsync(id, login, second));
        foreach (var role in new[] { never, standard })
        {
            AssertRefused("NotAuthorizedException", $"Access to Role '{role}' is forbidden.", await server.CredentialsAsync(id, login, role));
        }
    }

    [Theory]
    [InlineData("AuthenticatedRole", true)]
    [InlineData("Deny", false)]
    public async Task An_ambiguous_role_is_the_default_or_none(string resolution, bool isDefault)
    {
        var pool = await server.OidcPoolAsync();
        var role = await _iam.RoleAsync(PoolTrust(pool));
        await server.SetRolesAsync(pool, new { authenticated = role }, new Dictionary<string, object>
        {
            [server.Oidc.Arn] = new { Type = "Token", AmbiguousRoleResolution = resolution },
        });
        var login = await server.LoginAsync("ambiguous");
        var answer = await server.CredentialsAsync(await server.IdAsync(pool, login), login);

        if (isDefault)
        {
            await IsAsync(role, answer);
        }
        else
        {
            AssertRefused("NotAuthorizedException", $"The ambiguous role mapping rules for: {server.Oidc.LoginKey} denied this request.", answer);
        }
    }

    [Fact]
    public async Task A_developers_user_trades_the_developers_token_with_its_tags()
    {
        var pool = await server.DeveloperPoolAsync();
        var role = await _iam.RoleAsync(
            PoolTrust(pool, Developer, "sts:TagSession"),
            Allow(new
            {
                Action = "cognito-identity:ListIdentityPools",
                Resource = "*",
                Condition = new { StringEquals = new Dictionary<string, string> { ["aws:PrincipalTag/plan"] = "gold" } },
            }));
        await server.SetRolesAsync(pool, new { authenticated = role });
        var token = await server.Client.CallAsync("GetOpenIdTokenForDeveloperIdentity", new
        {
            IdentityPoolId = pool,
            Logins = new Dictionary<string, string> { [Developer] = "dev-user" },
            PrincipalTags = new { plan = "gold" },
        });
        Assert.True(token.Ok, token.Text);

        var answer = await server.CredentialsAsync(token["IdentityId"], new() { ["cognito-identity.amazonaws.com"] = token["Token"] });

        await IsAsync(role, answer);
        using var client = server.As(KeyOf(answer));
        Assert.True((await client.CallAsync("ListIdentityPools", new { MaxResults = 1 })).Ok);
        var classic = await _sts.CallAsync(
            "AssumeRoleWithWebIdentity", null, ("RoleArn", role), ("RoleSessionName", "web-identity"), ("WebIdentityToken", token["Token"]));
        Assert.True(classic.Ok, classic.Text);
        AssertRefused("NotAuthorizedException", DoNotMatch, await server.CredentialsAsync(
            await server.DeveloperIdAsync(pool, "another"), new() { ["cognito-identity.amazonaws.com"] = token["Token"] }));
        AssertRefused("NotAuthorizedException", "Invalid login token. Not a Cognito token.", await server.CredentialsAsync(
            token["IdentityId"], new() { ["cognito-identity.amazonaws.com"] = await server.Oidc.TokenAsync("x") }));
    }

    [Fact]
    public async Task A_SAML_user_gets_the_assertions_role_until_the_assertions_end()
    {
        await using var peer = new SamlPeer(SamlKey.Rsa());
        var provider = (await _iam.OkAsync(
            "CreateSAMLProvider", ("Name", IamCalls.NewName("saml")), ("SAMLMetadataDocument", await peer.MetadataAsync()))).Value("SAMLProviderArn")!;
        var pool = await server.PoolAsync(new { SamlProviderARNs = new[] { provider } });
        var (one, two, other) = (await _iam.RoleAsync(PoolTrust(pool)), await _iam.RoleAsync(PoolTrust(pool)), await _iam.RoleAsync(PoolTrust(pool)));
        Dictionary<string, string> login = new()
        {
            [provider] = await peer.TokenAsync(new
            {
                user = "saml-user",
                sign = "both",
                attributes = new Dictionary<string, object>
                {
                    ["https://aws.amazon.com/SAML/Attributes/Role"] = new[] { $"{one},{provider}", $"{two},{provider}" },
                },
            }),
        };
        var id = await server.IdAsync(pool, login);

        await IsAsync(one, await server.CredentialsAsync(id, login, one));
        await IsAsync(two, await server.CredentialsAsync(id, login, two));
        AssertRefused("NotAuthorizedException", $"Access to Role '{other}' is forbidden.", await server.CredentialsAsync(id, login, other));
    }

    [Fact]
    public async Task A_role_of_another_account_is_no_role_of_the_pool()
    {
        var pool = await server.OidcPoolAsync();
        var theirs = await server.NewAccountAsync();
        var role = await theirs.Iam.RoleAsync(PoolTrust(pool), AllowAll);

        var answer = await server.Client.CallAsync(
            "SetIdentityPoolRoles", new { IdentityPoolId = pool, Roles = new { authenticated = role } });

        AssertRefused("NotAuthorizedException", $"Access to Role '{role}' is forbidden.", answer);
    }

    private async Task IsAsync(string role, WireAnswer answer) => Assert.Equal(
        $"arn:aws:sts::000000000000:assumed-role/{NameOf(role)}/CognitoIdentityCredentials", await _sts.WhoIsAsync(KeyOf(answer)));
}

using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Which role is decided, with roles that do not exist: what would be given shows as a pool whose role STS refuses.</summary>
[Collection(nameof(WireTests))]
public sealed class GetCredentialsForIdentityTests(ServerFixture server)
{
    private const string Default = "arn:aws:iam::000000000000:role/Default";
    private const string Chosen = "arn:aws:iam::000000000000:role/Chosen";
    private const string Other = "arn:aws:iam::000000000000:role/OtherThanThat";

    public static TheoryData<string, string, string, bool> Rules => new()
    {
        { "department", "Equals", "engineering", true },
        { "department", "Equals", "Engineering", false },
        { "department", "NotEqual", "sales", true },
        { "department", "NotEqual", "engineering", false },
        { "department", "Contains", "gineer", true },
        { "department", "StartsWith", "eng", true },
        { "department", "StartsWith", "ngineering", false },
        { "groups", "Equals", "dev", true },
        { "groups", "Contains", "dmin", true },
        { "groups", "NotEqual", "dev", false },
        { "groups", "NotEqual", "guests", true },
        { "email", "StartsWith", "rules-user@", true },
        { "email_verified", "Equals", "true", true },
        { "missing", "NotEqual", "anything", false },
        { "missing", "Equals", "null", false },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_or_without_default_roles_nobody_gets_credentials_of_a_role_that_is_not_there(bool roles)
    {
        var pool = await server.OidcPoolAsync();
        if (roles)
        {
            await SetRolesAsync(pool, new { authenticated = Default, unauthenticated = Other }, null);
        }

        var login = await server.LoginAsync("defaults");
        AssertNotConfigured(await CallAsync(await server.GuestAsync(pool)));
        AssertNotConfigured(await CallAsync(await server.GuestAsync(pool), custom: Chosen)); // A guest's wish has no meaning.
        AssertNotConfigured(await CallAsync(await server.IdAsync(pool, login), login));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Rules_match_the_claims_of_the_presented_token(string claim, string match, string value, bool matches)
    {
        var pool = await server.OidcPoolAsync();
        await SetRolesAsync(pool, new { authenticated = Default }, RulesOf("Deny", new { Claim = claim, MatchType = match, Value = value, RoleARN = Chosen }));
        var login = await server.LoginAsync("rules-user");
        var id = await server.IdAsync(pool, login);

        var (plain, custom) = (await CallAsync(id, login), await CallAsync(id, login, Chosen));

        if (matches)
        {
            AssertNotConfigured(plain);
            AssertNotConfigured(custom);
        }
        else
        {
            AssertAmbiguous(plain);
            AssertRoleForbidden(Chosen, custom);
        }

        AssertRoleForbidden(Default, await CallAsync(id, login, Default));
    }

    [Fact]
    public async Task A_caller_may_choose_among_the_roles_of_all_rules_that_match()
    {
        var pool = await server.OidcPoolAsync();
        await SetRolesAsync(pool, new { }, RulesOf(
            "AuthenticatedRole",
            new { Claim = "groups", MatchType = "Equals", Value = "dev", RoleARN = Other },
            new { Claim = "groups", MatchType = "Equals", Value = "nobody", RoleARN = Default },
            new { Claim = "groups", MatchType = "Equals", Value = "admins", RoleARN = Chosen }));
        var login = await server.LoginAsync("chooser");
        var id = await server.IdAsync(pool, login);

        AssertNotConfigured(await CallAsync(id, login, Other));
        AssertNotConfigured(await CallAsync(id, login, Chosen));
        AssertRoleForbidden(Default, await CallAsync(id, login, Default));
    }

    [Theory]
    [InlineData("Deny")]
    [InlineData("AuthenticatedRole")]
    public async Task A_token_without_role_claims_is_ambiguous(string resolution)
    {
        var pool = await server.OidcPoolAsync();
        await SetRolesAsync(pool, new { authenticated = Default }, new Dictionary<string, object>
        {
            [server.Oidc.Arn] = new { Type = "Token", AmbiguousRoleResolution = resolution },
        });
        var login = await server.LoginAsync("no-roles");
        var answer = await CallAsync(await server.IdAsync(pool, login), login);

        if (resolution == "Deny")
        {
            AssertAmbiguous(answer);
        }
        else
        {
            AssertNotConfigured(answer);
        }
    }

    [Fact]
    public async Task Without_a_mapping_only_the_default_role_may_be_asked_for()
    {
        var pool = await server.OidcPoolAsync();
        await SetRolesAsync(pool, new { authenticated = Default }, null);
        var login = await server.LoginAsync("custom");
        var id = await server.IdAsync(pool, login);

        AssertNotConfigured(await CallAsync(id, login, Default));
        AssertRoleForbidden(Chosen, await CallAsync(id, login, Chosen));
    }

    [Fact]
    public async Task Links_are_kept_although_no_credentials_come_out()
    {
        var pool = await server.OidcPoolAsync();
        var (login, guest) = (await server.LoginAsync("kept"), await server.GuestAsync(pool));

        AssertNotConfigured(await CallAsync(guest, login));

        Assert.Equal(guest, await server.IdAsync(pool, login));
        var another = await server.GuestAsync(pool);
        AssertNotConfigured(await CallAsync(another, login)); // Merged into the owner.
        AssertForbidden(another, await CallAsync(another, login));
        AssertForbidden(guest, await CallAsync(guest));
    }

    [Fact]
    public async Task What_does_not_belong_together_is_refused()
    {
        var pool = await server.DeveloperPoolAsync();
        var login = await server.LoginAsync("mine");
        var id = await server.IdAsync(pool, login);

        AssertRefused("NotAuthorizedException", DoNotMatch, await CallAsync(id, await server.LoginAsync("yours")));
        AssertRefused("InvalidParameterException", PublicOnly, await CallAsync(id, new() { [Developer] = "mine" }));
        AssertRefused("ExternalServiceException", $"{server.DeadKey} is not responding.", await CallAsync(id, server.DeadLogin()));
        AssertIdentityNotFound("us-east-1:0a", await CallAsync("us-east-1:0a"));
        await server.IdAsync(pool, await server.BothLoginsAsync("yours", "yours"));
        AssertRefused("ResourceConflictException", Linked, await CallAsync(id, await server.BothLoginsAsync("mine", "yours")));
    }

    [Fact]
    public async Task A_guest_is_refused_once_guests_are_switched_off()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var guest = await server.GuestAsync(pool);
        await server.Client.CallAsync(
            "UpdateIdentityPool", new { IdentityPoolId = pool, IdentityPoolName = "p", AllowUnauthenticatedIdentities = false });

        AssertRefused("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool.", await CallAsync(guest));
    }

    private static void AssertNotConfigured(WireAnswer answer) => AssertRefused(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        answer);

    private static void AssertRoleForbidden(string role, WireAnswer answer) =>
        AssertRefused("NotAuthorizedException", $"Access to Role '{role}' is forbidden.", answer);

    private void AssertAmbiguous(WireAnswer answer) => AssertRefused(
        "NotAuthorizedException", $"The ambiguous role mapping rules for: {server.Oidc.LoginKey} denied this request.", answer);

    private Dictionary<string, object> RulesOf(string resolution, params object[] rules) => new()
    {
        [server.Oidc.Arn] = new { Type = "Rules", AmbiguousRoleResolution = resolution, RulesConfiguration = new { Rules = rules } },
    };

    private async Task SetRolesAsync(string pool, object roles, object? mappings) => AssertEmpty(
        await server.Client.CallAsync("SetIdentityPoolRoles", new { IdentityPoolId = pool, Roles = roles, RoleMappings = mappings }));

    private Task<WireAnswer> CallAsync(string identity, Dictionary<string, string>? logins = null, string? custom = null) =>
        server.Client.CallAsync("GetCredentialsForIdentity", new JsonObject
        {
            ["IdentityId"] = identity,
            ["Logins"] = logins is null ? null : new JsonObject(logins.Select(login => KeyValuePair.Create(login.Key, (JsonNode?)login.Value))),
            ["CustomRoleArn"] = custom,
        });
}

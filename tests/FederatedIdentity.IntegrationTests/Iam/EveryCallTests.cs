using System.Text.RegularExpressions;
using FederatedIdentity.IntegrationTests.Sts;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Server.Iam;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>
/// Every signed call of every service, from the tables that the server itself works by: nobody may it without a policy, and not even
/// who may everything in an account learns or changes anything of another.
/// </summary>
[Collection(nameof(WireTests))]
public sealed partial class EveryCallTests(ServerFixture server) : IAsyncLifetime
{
    /// <summary>Calls that AWS permits to everyone who can sign.</summary>
    private static readonly string[] _free = ["sts:GetCallerIdentity", "sts:GetSessionToken"];

    /// <summary>Calls of whose input nothing is anybody's.</summary>
    private static readonly string[] _naming =
    [
        "cognito-identity:CreateIdentityPool", "cognito-identity:ListIdentityPools", "iam:CreateRole", "iam:CreateUser",
        "iam:CreateOpenIDConnectProvider", "iam:CreateSAMLProvider", "iam:ListRoles", "iam:ListUsers", "iam:ListOpenIDConnectProviders",
        "iam:ListSAMLProviders", .. _free,
    ];

    private readonly StsClient _query = server.Sts();
    private TestAccount? _victim;
    private Names? _real;

    public async Task InitializeAsync()
    {
        _victim = await server.NewAccountAsync();
        _real = await PopulateAsync(_victim);
    }

    public Task DisposeAsync()
    {
        _query.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public void Nothing_is_public_but_what_AWS_calls_without_a_signature() => Assert.Equal(
        [
            "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetCredentialsForIdentity", "GetId", "GetOpenIdToken", "UnlinkIdentity",
        ],
        ApiSurface.Operations.Values.Where(row => row.Access == Access.Public).Select(row => row.Name)
            .Concat(StsSurface.Actions.Concat(IamSurface.Actions).Where(row => row.Access == Access.Public).Select(row => row.Name))
            .Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_user_without_policies_may_nothing()
    {
        var user = await _victim!.Iam.UserAsync();
        var before = await SnapshotAsync();

        foreach (var call in Calls())
        {
            var (status, error, text) = await CallAsync(call, user.Key, _real!);
            var expected = _free.Contains(call) ? (200, "")
                : call.StartsWith("cognito-identity:", StringComparison.Ordinal) ? (400, "AccessDeniedException") : (403, "AccessDenied");
            Assert.Equal((call, expected), (call, (status, error)));
            Assert.True(
                _free.Contains(call) || text.Contains($"User: {user.Arn} is not authorized to perform: {call} on resource: ", StringComparison.Ordinal),
                text);
        }

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task Who_may_everything_in_one_account_sees_another_as_if_it_were_not_there()
    {
        var intruder = await (await server.NewAccountAsync()).Iam.UserAsync(AllowAll);
        var phantom = new Names(
            "999999999999", $"us-east-1:{Guid.NewGuid()}", $"us-east-1:{Guid.NewGuid()}", "phantom-role", "phantom-user", "phantom-policy",
            "AKIAPHANTOMPHANTOMPH", "phantom.example", "phantom-saml");
        var before = await SnapshotAsync();

        foreach (var call in Calls().Except(_naming))
        {
            var (real, made) = (await CallAsync(call, intruder.Key, _real!), await CallAsync(call, intruder.Key, phantom));
            if (call == "cognito-identity:DeleteIdentities")
            {
                Assert.Contains("AccessDenied", real.Text, StringComparison.Ordinal); // Reported as not deleted, as AWS does.
                continue;
            }

            Assert.True(real.Status >= 400, $"{call}: {real.Text}");
            Assert.Equal((call, made.Status, made.Error, phantom.Veil(made.Text)), (call, real.Status, real.Error, _real!.Veil(real.Text)));
        }

        foreach (var call in _naming.Where(call => call.Contains(":List", StringComparison.Ordinal)))
        {
            var answer = await CallAsync(call, intruder.Key, _real!);
            Assert.Equal((call, 200), (call, answer.Status));
            Assert.Equal(answer.Text, _real!.Veil(answer.Text));
        }

        Assert.Equal(before, await SnapshotAsync());
    }

    private static IEnumerable<string> Calls() =>
    [
        .. ApiSurface.Operations.Values.Where(row => row.Access != Access.Public).Select(row => $"cognito-identity:{row.Name}")
            .Order(StringComparer.Ordinal),
        .. StsSurface.Actions.Concat(IamSurface.Actions).Where(row => row.Access != Access.Public).Select(row => $"{row.Service.Name}:{row.Name}"),
    ];

    private async Task<(int Status, string Error, string Text)> CallAsync(string call, TestKey key, Names names)
    {
        var (service, operation) = (call[..call.IndexOf(':', StringComparison.Ordinal)], call[(call.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        if (service == "cognito-identity")
        {
            using var client = server.As(key);
            var answer = await client.CallAsync(operation, names.Json(operation));
            return (answer.Status, answer.Error, answer.Text);
        }

        var form = string.Join('&', names.Form()
            .Prepend(("Version", service == "iam" ? "2010-05-08" : "2011-06-15")).Prepend(("Action", operation))
            .Select(parameter => $"{parameter.Item1}={Uri.EscapeDataString(parameter.Item2)}"));
        var xml = await _query.PostAsync(form, key, service);
        return (xml.Status, xml.Error, RequestId().Replace(xml.Text, ""));
    }

    private static async Task<Names> PopulateAsync(TestAccount account)
    {
        var pool = await account.Pools.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "victims", AllowUnauthenticatedIdentities = true, DeveloperProviderName = WireCalls.Developer,
            IdentityPoolTags = new { owner = "victim" },
        });
        Assert.True(pool.Ok, pool.Text);
        var identity = await account.Pools.CallAsync("GetOpenIdTokenForDeveloperIdentity", new
        {
            IdentityPoolId = pool["IdentityPoolId"], Logins = new Dictionary<string, string> { [WireCalls.Developer] = "theirs" },
        });
        await account.Iam.CreateRoleAsync("victims-role");
        await account.Iam.OkAsync("PutRolePolicy", ("RoleName", "victims-role"), ("PolicyName", "victims-policy"), ("PolicyDocument", AllowAll));
        await account.Iam.CreateUserAsync("victims-user");
        await account.Iam.OkAsync("PutUserPolicy", ("UserName", "victims-user"), ("PolicyName", "victims-policy"), ("PolicyDocument", AllowAll));
        var key = await account.Iam.OkAsync("CreateAccessKey", ("UserName", "victims-user"));
        await account.Iam.OkAsync("CreateOpenIDConnectProvider", ("Url", "https://victims.example"), ("ClientIDList.member.1", "c"));
        await account.Iam.OkAsync(
            "CreateSAMLProvider", ("Name", "victims-saml"), ("SAMLMetadataDocument", SamlKey.Metadata(SamlKey.Rsa())));
        return new Names(
            account.Id, pool["IdentityPoolId"], identity["IdentityId"], "victims-role", "victims-user", "victims-policy",
            key.Value("AccessKeyId")!, "victims.example", "victims-saml");
    }

    private async Task<string> SnapshotAsync()
    {
        var texts = new List<string>();
        foreach (var (operation, input) in new (string, object)[]
        {
            ("DescribeIdentityPool", new { IdentityPoolId = _real!.Pool }),
            ("GetIdentityPoolRoles", new { IdentityPoolId = _real.Pool }),
            ("ListIdentities", new { IdentityPoolId = _real.Pool, MaxResults = 60 }),
            ("LookupDeveloperIdentity", new { IdentityPoolId = _real.Pool, IdentityId = _real.Identity }),
            ("ListIdentityPools", new { MaxResults = 60 }),
        })
        {
            texts.Add((await _victim!.Pools.CallAsync(operation, input)).Text);
        }

        foreach (var (action, input) in new (string, (string, string)[])[]
        {
            ("ListRoles", []), ("ListOpenIDConnectProviders", []), ("ListSAMLProviders", []),
            ("GetUser", [("UserName", _real.User)]),
            ("ListAccessKeys", [("UserName", _real.User)]),
            ("GetUserPolicy", [("UserName", _real.User), ("PolicyName", _real.Policy)]),
            ("GetRolePolicy", [("RoleName", _real.Role), ("PolicyName", _real.Policy)]),
            ("GetOpenIDConnectProvider", [("OpenIDConnectProviderArn", _real.OidcArn)]),
            ("GetSAMLProvider", [("SAMLProviderArn", _real.SamlArn)]),
        })
        {
            texts.Add($"{(await _victim!.Iam.OkAsync(action, input)).Xml.Elements().First()}");
        }

        return string.Join('\n', texts);
    }

    [GeneratedRegex("<RequestId>[^<]*</RequestId>")]
    private static partial Regex RequestId();

    /// <summary>The names of one of everything, which may or may not exist, and inputs that hold them for any call at once.</summary>
    private sealed record Names(
        string Account, string Pool, string Identity, string Role, string User, string Policy, string Key, string Oidc, string Saml)
    {
        public string OidcArn => $"arn:aws:iam::{Account}:oidc-provider/{Oidc}";

        public string SamlArn => $"arn:aws:iam::{Account}:saml-provider/{Saml}";

        private string RoleArn => $"arn:aws:iam::{Account}:role/{Role}";

        public string Veil(string text) => new[] { Pool, Identity, Role, User, Policy, Key, Oidc, Saml, Account }
            .Aggregate(text, (veiled, name) => veiled.Replace(name, "*", StringComparison.Ordinal));

        public object Json(string operation) => new
        {
            IdentityPoolId = Pool,
            IdentityId = operation == "GetOpenIdTokenForDeveloperIdentity" ? null : Identity,
            IdentityPoolName = "mine now",
            AllowUnauthenticatedIdentities = false,
            IdentityProviderName = "graph.facebook.com",
            MaxResults = 60,
            Logins = new Dictionary<string, string> { [WireCalls.Developer] = "theirs" },
            Roles = new { authenticated = RoleArn },
            DeveloperProviderName = WireCalls.Developer,
            DeveloperUserIdentifier = "theirs",
            SourceUserIdentifier = "theirs",
            DestinationUserIdentifier = "others",
            IdentityIdsToDelete = new[] { Identity },
            ResourceArn = $"arn:aws:cognito-identity:us-east-1:{Account}:identitypool/{Pool}",
            Tags = new { owner = "me" },
            TagKeys = new[] { "owner" },
        };

        public (string Name, string Value)[] Form() =>
        [
            ("RoleName", Role), ("UserName", User), ("PolicyName", Policy), ("PolicyDocument", AllowAll), ("AccessKeyId", Key),
            ("AssumeRolePolicyDocument", IamCalls.Trust), ("Status", "Inactive"), ("OpenIDConnectProviderArn", OidcArn),
            ("SAMLProviderArn", SamlArn), ("SAMLMetadataDocument", new string(' ', 1000)), ("ClientID", "c"), ("Description", "d"),
            ("Name", "mine"), ("Url", "https://mine.example"), ("ThumbprintList.member.1", new string('a', 40)),
            ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v"), ("TagKeys.member.1", "k"), ("RoleArn", RoleArn),
            ("RoleSessionName", "intruder"),
        ];
    }
}

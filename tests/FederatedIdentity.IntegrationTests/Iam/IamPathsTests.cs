using FederatedIdentity.IntegrationTests.Storage;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Iam;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>What policies call the things that calls name.</summary>
public sealed class IamPathsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Account = PostgresFixture.AccountId;

    private static readonly DeploymentOptions Deployment = new();

    private IamPaths Paths => new(postgres.Services.GetRequiredService<IDbContextFactory<ControlPlaneDb>>(), Options.Create(Deployment));

    public async Task InitializeAsync()
    {
        await postgres.Db.RunAsync("""
            delete from access_key; delete from iam_user; delete from iam_role; delete from open_id_connect_provider;
            delete from saml_provider
            """);
        var tags = new Dictionary<string, string> { ["team"] = "core" };
        await using var db = postgres.Tables();
        db.IamRoles.Add(new IamRoleRow
        {
            AccountId = Account,
            Name = "R",
            Path = "/a/b/",
            Id = "AROA1",
            TrustPolicy = "{}",
            MaxSessionDuration = 3600,
            Tags = tags,
            CreatedAt = default,
        });
        db.IamUsers.Add(
            new IamUserRow { AccountId = Account, Name = "U", Path = "/people/", Id = "AIDA1", Tags = tags, CreatedAt = default });
        await db.SaveChangesAsync(); // The model does not know that a key refers to a user.
        db.AccessKeys.Add(Key("AKIAUUUUUUUUUUUUUUUU", "U"));
        db.AccessKeys.Add(Key("AKIARRRRRRRRRRRRRRRR", null));
        db.OpenIdConnectProviders.Add(new OpenIdConnectProviderRow
        {
            Arn = Deployment.OpenIdConnectProviderArn(Account, "issuer.example"),
            AccountId = Account,
            Url = "https://issuer.example",
            Tags = tags,
            CreatedAt = default,
        });
        db.SamlProviders.Add(new SamlProviderRow
        {
            Arn = Deployment.SamlProviderArn(Account, "S"),
            AccountId = Account,
            Name = "S",
            Id = Guid.NewGuid(),
            Metadata = "",
            EntityId = "e",
            SigningKeys = [[1]],
            Tags = tags,
            CreatedAt = default,
        });
        await db.SaveChangesAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Roles_and_users_have_their_paths_and_tags()
    {
        await IsAsync("role/a/b/R", "core", new GetRoleInput("R"));
        await IsAsync("user/people/U", "core", new GetUserInput("U"));
        await IsAsync("user/people/U", "core", new GetUserInput(null), User("U"));
        await IsAsync("user/people/U", "core", new GetAccessKeyLastUsedInput("AKIAUUUUUUUUUUUUUUUU"));
        await IsAsync("root", null, new GetAccessKeyLastUsedInput("AKIARRRRRRRRRRRRRRRR"));
        await IsAsync(
            "oidc-provider/issuer.example", "core",
            new GetOpenIDConnectProviderInput($"arn:aws:iam::{Account}:oidc-provider/issuer.example"));
        await IsAsync("saml-provider/S", "core", new GetSAMLProviderInput($"arn:aws:iam::{Account}:saml-provider/S"));
    }

    [Fact]
    public async Task What_is_not_there_or_another_accounts_has_the_ARN_of_its_name_and_no_tags()
    {
        var stranger = User("X") with { AccountId = "999999999999" };
        await IsAsync("role/r", null, new GetRoleInput("r")); // Names are compared exactly.
        await IsAsync("user/nobody", null, new GetUserInput("nobody"));
        await IsAsync("role/R", null, new GetRoleInput("R"), stranger);
        await IsAsync("user/", null, new GetAccessKeyLastUsedInput("AKIAUUUUUUUUUUUUUUUU"), stranger);
        var (arn, odd) = ($"arn:aws:iam::{Account}:oidc-provider/issuer.example", "arn:aws:iam::x\0");
        Assert.Equal(
            (arn, 0), await FindAsync(new GetOpenIDConnectProviderInput(arn), stranger));
        Assert.Equal((odd, 0), await FindAsync(new GetSAMLProviderInput(odd), stranger));
        Assert.Equal((odd, 0), await FindAsync(new GetOpenIDConnectProviderInput(odd), stranger));
    }

    [Fact]
    public async Task What_is_created_or_listed_is_named_by_the_input_alone()
    {
        await IsAsync("role/a/New", null, new CreateRoleInput("/a/", "New", "{}", null, null, null, null));
        await IsAsync("role/", null, new ListRolesInput(null, null, null));
        await IsAsync("user/people", null, new ListUsersInput("/people", null, null));
        await IsAsync("oidc-provider/*", null, new ListOpenIDConnectProvidersInput());
        await IsAsync("saml-provider/*", null, new ListSAMLProvidersInput());
        await IsAsync("saml-provider/New", null, new CreateSAMLProviderInput("", "New", null));
        await IsAsync("oidc-provider/x.example/y", null, new CreateOpenIDConnectProviderInput("https://x.example/y", null, null, null));
    }

    private static AccessKeyRow Key(string id, string? user) =>
        new() { Id = id, AccountId = Account, UserName = user, WrappedSecret = [], Active = true, CreatedAt = default };

    private static Caller User(string name) =>
        new(CallerKind.User, Account, $"arn:aws:iam::{Account}:user/{name}", "AIDA", name) { AccessKeyId = "AKIA" };

    private async Task IsAsync(string resource, string? team, IWireInput input, Caller? caller = null)
    {
        caller ??= User("admin");
        var found = await Paths.FindAsync(input.ActsOn(Deployment, caller.AccountId), caller, default);
        Assert.Equal(($"arn:aws:iam::{caller.AccountId}:{resource}", team), (found.Arn, found.Tags.GetValueOrDefault("team")));
    }

    private async Task<(string, int)> FindAsync(IWireInput input, Caller caller)
    {
        var found = await Paths.FindAsync(input.ActsOn(Deployment, caller.AccountId), caller, default);
        return (found.Arn, found.Tags.Count);
    }
}

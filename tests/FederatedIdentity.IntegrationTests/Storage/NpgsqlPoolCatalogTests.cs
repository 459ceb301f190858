using FederatedIdentity.Domain;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class NpgsqlPoolCatalogTests : IClassFixture<PostgresFixture>
{
    private readonly PostgresFixture _postgres;
    private readonly ManualClock _clock = new();
    private readonly MasterKey _masterKey = new(new byte[MasterKey.Length]);
    private readonly NpgsqlPoolCatalog _catalog;

    public NpgsqlPoolCatalogTests(PostgresFixture postgres)
    {
        _postgres = postgres;
        _catalog = postgres.Catalog(_clock, _masterKey);
    }

    [Fact]
    public async Task A_snapshot_holds_all_that_the_pool_says()
    {
        var id = await _postgres.NewPoolAsync(pool =>
        {
            pool.AllowUnauthenticated = false;
            pool.AllowClassicFlow = true;
            pool.DeveloperProviderName = "login.example";
            pool.SupportedLoginProviders = StoredProviders.Seal(
                new Dictionary<string, string> { ["graph.facebook.com"] = "7346241598935552" }, pool.Id, _masterKey);
            pool.CognitoIdentityProviders = [new("cognito-idp.local-1.amazonaws.com/local-1_A", "client", ServerSideTokenCheck: true)];
            pool.SamlProviderArns = ["arn:aws:iam::123456789012:saml-provider/a"];
        });

        var pool = (await _catalog.FindAsync(id, default))!;

        Assert.Equal((id, PostgresFixture.AccountId), (pool.Id, pool.AccountId));
        Assert.Equal((false, true), (pool.AllowUnauthenticatedIdentities, pool.AllowClassicFlow));
        Assert.Equal("login.example", pool.DeveloperProviderName);
        Assert.Equal(new Dictionary<string, string> { ["graph.facebook.com"] = "7346241598935552" }, pool.SupportedLoginProviders);
        Assert.Equal([new("cognito-idp.local-1.amazonaws.com/local-1_A", "client", true)], pool.CognitoIdentityProviders);
        Assert.Equal(["arn:aws:iam::123456789012:saml-provider/a"], pool.SamlProviderArns);
        Assert.Empty(pool.OpenIdConnectProviders);
        Assert.Empty(pool.SamlProviders);
    }

    [Fact]
    public async Task Tags_that_are_settings_are_in_the_snapshot_and_nonsense_is_ignored_with_one_warning()
    {
        var good = await _postgres.NewPoolAsync();
        var bad = await _postgres.NewPoolAsync();
        await _postgres.Db.RunAsync($"""
            insert into identity_pool_tag (pool_id, key, value) values
                ('{good}', 'federated-identity:rate-limit', '50'), ('{good}', 'federated-identity:guest-retention-days', '30'),
                ('{good}', 'team', 'blue'),
                ('{bad}', 'federated-identity:rate-limit', '-1'), ('{bad}', 'federated-identity:guest-retention-days', '3651')
            """);
        var log = new ListLogger<NpgsqlPoolCatalog>();
        var catalog = _postgres.Catalog(_clock, _masterKey, log);

        var pool = (await catalog.FindAsync(good, default))!;
        Assert.Equal((50, 30), (pool.RateLimit, pool.GuestRetentionDays));
        Assert.Empty(log.Lines);
        for (var round = 0; round < 3; round++)
        {
            pool = (await catalog.FindAsync(bad, default))!;
            Assert.Equal((null, null), (pool.RateLimit, pool.GuestRetentionDays));
            catalog.Forget(bad);
        }

        Assert.Equal(
            [
                $"Warning: Tag federated-identity:rate-limit of pool {bad} has no valid value and is ignored",
                $"Warning: Tag federated-identity:guest-retention-days of pool {bad} has no valid value and is ignored",
            ],
            log.Lines);
    }

    [Fact]
    public async Task Only_registrations_of_the_pools_own_account_vouch()
    {
        const string Stranger = "210987654321";
        string[] arns = [Arn(PostgresFixture.AccountId, "a"), Arn(Stranger, "b"), Arn(PostgresFixture.AccountId, "not-registered")];
        await using (var tables = _postgres.Tables())
        {
            tables.Accounts.Add(new AccountRow { Id = Stranger, CreatedAt = _clock.GetUtcNow() });
            tables.OpenIdConnectProviders.Add(Registration(PostgresFixture.AccountId, "a", "client-2", "client-1"));
            tables.OpenIdConnectProviders.Add(Registration(PostgresFixture.AccountId, "not-named", "client"));
            tables.OpenIdConnectProviders.Add(Registration(Stranger, "b", "client"));
            await tables.SaveChangesAsync();
        }

        var id = await _postgres.NewPoolAsync(pool => pool.OpenIdConnectProviderArns = arns);

        var pool = (await _catalog.FindAsync(id, default))!;

        var provider = Assert.Single(pool.OpenIdConnectProviders);
        Assert.Equal((arns[0], "https://a.example"), (provider.Arn, provider.Url));
        Assert.Equal(["client-1", "client-2"], provider.ClientIds);
        Assert.Equal(["0123456789abcdef0123456789abcdef01234567"], provider.Thumbprints);
        Assert.Equal(arns, pool.OpenIdConnectProviderArns);
    }

    [Fact]
    public async Task Only_SAML_providers_of_the_pools_own_account_vouch_and_only_their_trust_is_read()
    {
        const string Stranger = "310987654321";
        var end = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        const string Own = PostgresFixture.AccountId;
        string[] arns = [SamlArn(Own, "a"), SamlArn(Own, "b"), SamlArn(Stranger, "c"), SamlArn(Own, "gone")];
        await using (var tables = _postgres.Tables())
        {
            tables.Accounts.Add(new AccountRow { Id = Stranger, CreatedAt = _clock.GetUtcNow() });
            tables.SamlProviders.Add(SamlRegistration(PostgresFixture.AccountId, "a", end));
            tables.SamlProviders.Add(SamlRegistration(PostgresFixture.AccountId, "b", null));
            tables.SamlProviders.Add(SamlRegistration(PostgresFixture.AccountId, "not-named", null));
            tables.SamlProviders.Add(SamlRegistration(Stranger, "c", null));
            tables.OpenIdConnectProviders.Add(Registration(PostgresFixture.AccountId, "beside-saml", "client"));
            await tables.SaveChangesAsync();
        }

        var id = await _postgres.NewPoolAsync(pool =>
        {
            pool.SamlProviderArns = arns;
            pool.OpenIdConnectProviderArns = [Arn(PostgresFixture.AccountId, "beside-saml")];
        });

        var pool = (await _catalog.FindAsync(id, default))!;

        var providers = pool.SamlProviders.OrderBy(provider => provider.Arn, StringComparer.Ordinal).ToArray();
        Assert.Equal([(arns[0], "urn:a", end), (arns[1], "urn:b", null)], providers.Select(one => (one.Arn, one.EntityId, one.ValidUntil)));
        Assert.Equal([[1, 2, 3], [4]], providers[0].SigningKeys);
        Assert.Equal("https://beside-saml.example", Assert.Single(pool.OpenIdConnectProviders).Url);
        Assert.DoesNotContain("metadata", NpgsqlPoolCatalog.FindSql, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_pool_is_null_and_found_as_soon_as_it_exists()
    {
        var id = new PoolId($"local-1:{Guid.NewGuid()}");
        Assert.Null(await _catalog.FindAsync(id, default));

        await _postgres.Db.RunAsync($"""
            insert into identity_pool (id, account_id, name, allow_unauthenticated, supported_login_providers, cognito_identity_providers,
                open_id_connect_provider_arns, saml_provider_arns, version, created_at, modified_at)
            values ('{id}', '{PostgresFixture.AccountId}', 'new', true, '{"{}"}', '[]', '{"{}"}', '{"{}"}', 1, now(), now())
            """);

        Assert.NotNull(await _catalog.FindAsync(id, default));
    }

    [Fact]
    public async Task A_snapshot_is_used_until_it_is_old()
    {
        var id = await _postgres.NewPoolAsync();
        var first = await _catalog.FindAsync(id, default);
        await AllowUnauthenticatedAsync(id, false);

        _clock.Advance(NpgsqlPoolCatalog.MaxAgeAlone);
        Assert.Same(first, await _catalog.FindAsync(id, default));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await _catalog.FindAsync(id, default))!.AllowUnauthenticatedIdentities);
    }

    [Fact]
    public async Task A_deleted_pool_is_gone_when_its_snapshot_is_old_or_forgotten()
    {
        var id = await _postgres.NewPoolAsync();
        Assert.NotNull(await _catalog.FindAsync(id, default));
        await _postgres.DeletePoolAsync(id, _clock.GetUtcNow());
        Assert.NotNull(await _catalog.FindAsync(id, default));

        _catalog.Forget(id);

        Assert.Null(await _catalog.FindAsync(id, default));
    }

    [Fact]
    public async Task Many_at_once_ask_the_database_once()
    {
        var id = await _postgres.NewPoolAsync();
        await using var closed = await CloseTableAsync();

        var finds = Enumerable.Range(0, 50).Select(_ => _catalog.FindAsync(id, default).AsTask()).ToArray();
        await _postgres.Db.WaitForBlockedAsync(1);
        await closed.DisposeAsync();

        var pools = await Task.WhenAll(finds);
        Assert.NotNull(pools[0]);
        Assert.All(pools, pool => Assert.Same(pools[0], pool));
    }

    [Fact]
    public async Task A_load_that_began_before_forgetting_is_not_used_after_it()
    {
        var id = await _postgres.NewPoolAsync();
        await using var closed = await CloseTableAsync();
        var before = _catalog.FindAsync(id, default).AsTask();
        await _postgres.Db.WaitForBlockedAsync(1);

        _catalog.Forget(id);
        var after = _catalog.FindAsync(id, default).AsTask();
        await _postgres.Db.WaitForBlockedAsync(2);
        await closed.DisposeAsync();

        var (old, current) = (await before, await after);
        Assert.NotSame(old, current);
        Assert.Same(current, await _catalog.FindAsync(id, default));
    }

    [Fact]
    public async Task One_who_stops_waiting_does_not_end_the_load_of_the_others()
    {
        var id = await _postgres.NewPoolAsync();
        await using var closed = await CloseTableAsync();
        using var impatient = new CancellationTokenSource();
        var leaves = _catalog.FindAsync(id, impatient.Token).AsTask();
        var stays = _catalog.FindAsync(id, default).AsTask();
        await _postgres.Db.WaitForBlockedAsync(1);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        await closed.DisposeAsync();

        Assert.NotNull(await stays);
    }

    private static string Arn(string account, string name) => $"arn:aws:iam::{account}:oidc-provider/{name}.example";

    private static OpenIdConnectProviderRow Registration(string account, string name, params string[] clients) => new()
    {
        Arn = Arn(account, name),
        AccountId = account,
        Url = $"https://{name}.example",
        Thumbprints = ["0123456789abcdef0123456789abcdef01234567"],
        CreatedAt = DateTimeOffset.UnixEpoch,
        Clients = [.. clients.Select(client => new OpenIdConnectProviderClientRow { Arn = Arn(account, name), ClientId = client })],
    };

    private static string SamlArn(string account, string name) => $"arn:aws:iam::{account}:saml-provider/{name}";

    private static SamlProviderRow SamlRegistration(string account, string name, DateTimeOffset? end) => new()
    {
        Arn = SamlArn(account, name),
        AccountId = account,
        Name = name,
        Id = Guid.NewGuid(),
        Metadata = "<x/>",
        EntityId = $"urn:{name}",
        SigningKeys = [[1, 2, 3], [4]],
        ValidUntil = end,
        Tags = new Dictionary<string, string> { ["team"] = "blue" },
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private async Task AllowUnauthenticatedAsync(PoolId id, bool allow)
    {
        await using var tables = _postgres.Tables();
        await tables.LivePools.Where(pool => pool.Id == id.Value)
            .ExecuteUpdateAsync(pool => pool.SetProperty(p => p.AllowUnauthenticated, allow));
    }

    /// <summary>Nobody reads a pool until the result is disposed.</summary>
    private async Task<IAsyncDisposable> CloseTableAsync()
    {
        var connection = new NpgsqlConnection(_postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin; lock table identity_pool in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}

using System.Security.Cryptography;
using FederatedIdentity.Domain;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class AccessKeysTests : IAsyncLifetime
{
    private const string Id = "AKIAIOSFODNN7EXAMPLE";
    private static readonly SecretKey Secret = new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    private readonly PostgresFixture _postgres = new();

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task The_first_key_is_the_roots_and_opens_again()
    {
        Assert.True(await Keys().TryBootstrapAsync("210987654321", Id, Secret, default));

        var key = (await Keys().FindAsync(Id, default))!;

        Assert.Equal((Id, "210987654321", null, true), (key.Id, key.AccountId, key.User, key.Active));
        Assert.Equal(Secret, Keys().Unwrap(key));
    }

    [Fact]
    public async Task Of_ten_first_starts_with_different_keys_one_wins()
    {
        var ids = Enumerable.Range(0, 10).Select(i => $"AKIA00000000000000{i:00}").ToArray();

        var outcomes = await Task.WhenAll(ids.Select(id => Keys().TryBootstrapAsync(PostgresFixture.AccountId, id, Secret, default)));

        Assert.Single(outcomes, true);
        Assert.Equal([ids[Array.IndexOf(outcomes, true)]], await _postgres.Db.LinesAsync("select id from access_key"));
        Assert.False(await Keys().TryBootstrapAsync(PostgresFixture.AccountId, Id, Secret, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AKIA\0000000000000000")]
    [InlineData("AKIA' or '1'='1' --x")]
    [InlineData("AKIAIOSFODNN7EXAMPLF")]
    [InlineData("akiaiosfodnn7example")]
    public async Task Any_other_id_is_no_key(string id)
    {
        await Keys().TryBootstrapAsync(PostgresFixture.AccountId, Id, Secret, default);

        Assert.Null(await Keys().FindAsync(id, default));
    }

    [Fact]
    public async Task A_secret_moved_to_another_key_does_not_open()
    {
        await Keys().TryBootstrapAsync(PostgresFixture.AccountId, Id, Secret, default);
        await _postgres.Db.RunAsync("""
            insert into access_key (id, account_id, wrapped_secret, active, created_at)
            select 'AKIAATTACKERATTACKER', account_id, wrapped_secret, active, created_at from access_key
            """);

        var moved = (await Keys().FindAsync("AKIAATTACKERATTACKER", default))!;

        Assert.ThrowsAny<CryptographicException>(() => Keys().Unwrap(moved));
    }

    private NpgsqlAccessKeys Keys() => new(_postgres.Db, _postgres.Database, new MasterKey(new byte[MasterKey.Length]), new ManualClock());
}

using System.Security.Cryptography;
using FederatedIdentity.Domain;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>Consumer secrets at rest: as they lie in the table, and as a pool's snapshot has them.</summary>
public sealed class StoredProvidersTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Twitter = "api.twitter.com";
    private const string Value = "consumer-key;hidden-secret";

    private readonly MasterKey _masterKey = new(new byte[MasterKey.Length]);

    [Fact]
    public async Task A_secret_is_wrapped_in_the_table_and_clear_in_the_snapshot()
    {
        var id = await SealedAsync();

        var column = await ColumnAsync(id);
        Assert.Contains("consumer-key;wrapped:", column, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-secret", column, StringComparison.Ordinal);
        Assert.Contains("\"7346241598935552\"", column, StringComparison.Ordinal);
        Assert.Equal(Value, await SnapshotAsync(id));
    }

    [Fact]
    public async Task The_same_secret_is_never_wrapped_alike()
    {
        Assert.NotEqual(await ColumnAsync(await SealedAsync()), await ColumnAsync(await SealedAsync()));
    }

    [Theory]
    [InlineData(Value)]
    [InlineData("no-separator")]
    [InlineData("a;b;c")]
    public async Task A_value_from_before_is_read_as_it_is_and_wrapped_when_it_is_next_written(string value)
    {
        var id = await postgres.NewPoolAsync();
        await postgres.Db.RunAsync(
            $$"""update identity_pool set supported_login_providers = '{"{{Twitter}}": "{{value}}"}' where id = '{{id}}'""");
        Assert.Equal(value, await SnapshotAsync(id));

        await using (var tables = postgres.Tables())
        {
            var row = await tables.LivePools.SingleAsync(pool => pool.Id == id.Value);
            var clear = row.SupportedLoginProviders.Open(id.Value, _masterKey);
            row.SupportedLoginProviders = StoredProviders.Seal(clear, id.Value, _masterKey);
            await tables.SaveChangesAsync();
        }

        Assert.Equal(value.Contains(';'), (await ColumnAsync(id)).Contains(";wrapped:", StringComparison.Ordinal));
        Assert.Equal(value, await SnapshotAsync(id));
    }

    [Fact]
    public async Task A_secret_moved_to_another_pool_does_not_open()
    {
        var (mine, theirs) = (await SealedAsync(), await SealedAsync());

        await postgres.Db.RunAsync($"""
            update identity_pool set supported_login_providers =
                (select supported_login_providers from identity_pool where id = '{theirs}') where id = '{mine}'
            """);

        await Assert.ThrowsAnyAsync<CryptographicException>(() => SnapshotAsync(mine));
    }

    [Theory]
    [InlineData("replace(supported_login_providers::text, 'api.twitter.com', 'www.digits.com')")] // Under another provider.
    [InlineData("replace(supported_login_providers::text, 'consumer-key', 'attacker-key')")] // Under another consumer key.
    [InlineData("replace(supported_login_providers::text, 'wrapped:', 'wrapped:!')")] // No base64 any more.
    [InlineData("regexp_replace(supported_login_providers::text, 'wrapped:[^\"]*', 'wrapped:AAAA')")]
    [InlineData("regexp_replace(supported_login_providers::text, 'wrapped:[^\"]*', 'wrapped:')")]
    public async Task An_altered_secret_does_not_open_and_the_message_repeats_nothing(string altered)
    {
        var id = await SealedAsync();

        await postgres.Db.RunAsync($"update identity_pool set supported_login_providers = ({altered})::jsonb where id = '{id}'");

        var fault = await Assert.ThrowsAnyAsync<CryptographicException>(() => SnapshotAsync(id));
        Assert.DoesNotContain("hidden", $"{fault}", StringComparison.Ordinal);
    }

    private Task<PoolId> SealedAsync() => postgres.NewPoolAsync(pool => pool.SupportedLoginProviders = StoredProviders.Seal(
        new Dictionary<string, string> { [Twitter] = Value, ["graph.facebook.com"] = "7346241598935552" }, pool.Id, _masterKey));

    private Task<string> ColumnAsync(PoolId id) =>
        postgres.Db.ValueAsync<string>($"select supported_login_providers::text from identity_pool where id = '{id}'");

    /// <summary>The value for Twitter in a snapshot of the pool that nobody took before.</summary>
    private async Task<string> SnapshotAsync(PoolId id)
    {
        var catalog = postgres.Catalog(new ManualClock(), _masterKey);
        return (await catalog.FindAsync(id, default))!.SupportedLoginProviders[Twitter];
    }
}

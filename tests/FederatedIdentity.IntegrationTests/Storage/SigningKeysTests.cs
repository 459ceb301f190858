using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>The life cycle of signing keys in a real table; time passes by making what is stored older.</summary>
public sealed class SigningKeysTests : IAsyncLifetime
{
    private const int Replicas = 10;

    private static readonly KeySchedule Schedule = new("RS512", TimeSpan.FromDays(90), TimeSpan.FromHours(2));

    private readonly PostgresFixture _postgres = new();
    private readonly MasterKey _masterKey = new(new byte[MasterKey.Length]);
    private int _generated;

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task Ten_first_starts_at_once_agree_on_one_key_and_its_successor()
    {
        await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => TendAsync(wait: true)));

        Assert.Equal(2, _generated);
        Assert.Equal(["local-11 current", "local-12 next"], await StatesAsync());
        var stored = await Keys().ReadAsync(default);
        Assert.All(stored.Keys, key => Assert.Equal(Encoding.UTF8.GetBytes($"private key of {key.Kid}"), Keys().Unwrap(key)));
        Assert.All(stored.Lives, key => Assert.InRange(stored.ReadAt - key.SignsSince, TimeSpan.Zero, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Of_many_replicas_that_find_a_rotation_due_one_rotates()
    {
        await TendAsync(wait: true);
        await PassAsync("91 days");

        var taken = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(replica => TendAsync(wait: replica % 2 == 0)));

        Assert.Equal(["local-11 retired", "local-12 current", "local-13 next"], await StatesAsync());
        Assert.Equal(2, taken.Sum(steps => steps?.Count ?? 0));
        Assert.Equal(3, _generated);
    }

    [Fact]
    public async Task While_one_replica_changes_keys_the_others_do_not_wait_for_it()
    {
        await TendAsync(wait: true);
        await PassAsync("91 days");
        await using var connection = await _postgres.Db.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var turn = connection.CreateCommand();
        turn.CommandText = "select pg_advisory_xact_lock(hashtextextended('federated-identity signing_key', 0))";
        await turn.ExecuteNonQueryAsync();

        Assert.Null(await TendAsync(wait: false));
        await transaction.RollbackAsync();

        Assert.Equal(2, (await TendAsync(wait: false))!.Count);
    }

    [Fact]
    public async Task A_retired_key_has_no_private_key_any_more_and_leaves_when_its_tokens_have_expired()
    {
        await TendAsync(wait: true);
        await PassAsync("91 days");
        await TendAsync(wait: true);

        var retired = (await Keys().ReadAsync(default)).Keys[0];
        Assert.Empty(retired.WrappedPrivateKey);
        Assert.ThrowsAny<CryptographicException>(() => Keys().Unwrap(retired));
        Assert.Equal("""{"kid":"local-11"}""", retired.PublicJwk);

        await PassAsync("25 hours 59 minutes");
        await TendAsync(wait: true);
        Assert.Contains("local-11 retired", await StatesAsync());
        await PassAsync("1 minute");
        await TendAsync(wait: true);
        Assert.Equal(["local-12 current", "local-13 next"], await StatesAsync());
    }

    [Fact]
    public async Task A_step_that_fails_undoes_those_before_it()
    {
        await TendAsync(wait: true);
        await PassAsync("91 days");

        await Assert.ThrowsAsync<InvalidOperationException>(() => Keys().ChangeAsync(
            "local-1", Due, (_, _) => throw new InvalidOperationException("No entropy."), wait: true, default));

        Assert.Equal(["local-11 current", "local-12 next"], await StatesAsync());
        Assert.Equal(2, (await TendAsync(wait: false))!.Count);
    }

    [Fact]
    public async Task Whoever_has_another_master_key_changes_nothing()
    {
        await TendAsync(wait: true);
        await PassAsync("91 days");
        var stranger = new NpgsqlSigningKeys(_postgres.Db, new MasterKey([.. Enumerable.Repeat((byte)7, MasterKey.Length)]));

        await Assert.ThrowsAnyAsync<CryptographicException>(() => stranger.ChangeAsync("local-1", Due, Generate, wait: true, default));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => stranger.ChangeAsync(
            "local-1", keys => SigningKeyCycle.Without("local-12", keys.Lives), Generate, wait: true, default));

        Assert.Equal(["local-11 current", "local-12 next"], await StatesAsync());
    }

    private NpgsqlSigningKeys Keys() => new(_postgres.Db, _masterKey);

    private static KeyStep? Due(StoredSigningKeys keys) => SigningKeyCycle.Due(keys.Lives, keys.ReadAt, Schedule, starting: false);

    private Task<IReadOnlyList<(KeyStep Step, string Kid)>?> TendAsync(bool wait) =>
        Keys().ChangeAsync("local-1", Due, Generate, wait, default);

    private Task PassAsync(string time) => _postgres.Db.RunAsync($"""
        update signing_key set created_at = created_at - interval '{time}', activated_at = activated_at - interval '{time}',
            retired_at = retired_at - interval '{time}'
        """);

    private Task<string[]> StatesAsync() => _postgres.Db.LinesAsync("select format('%s %s', kid, state) from signing_key order by number");

    private (byte[] PrivatePkcs8, string PublicJwkJson) Generate(string algorithm, string kid)
    {
        Interlocked.Increment(ref _generated);
        return (Encoding.UTF8.GetBytes($"private key of {kid}"), $$"""{"kid":"{{kid}}"}""");
    }
}

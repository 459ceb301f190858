using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>Every kind of secret moves from one master key to the next, whatever else happens meanwhile.</summary>
public sealed class StoredEnvelopesTests : IAsyncLifetime
{
    private const int AccessKeys = 450; // More than two pages.
    private const string Twitter = "api.twitter.com";

    private readonly PostgresFixture _postgres = new();
    private readonly MasterKey _old = new(new byte[MasterKey.Length]);
    private readonly MasterKey _new = new([.. Enumerable.Repeat((byte)1, MasterKey.Length)]);

    private MasterKey Both => _new.With(_old);

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await WriteAsync(_old, "old");
    }

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task All_secrets_are_rewrapped_and_open_with_the_new_key_alone()
    {
        Assert.All(await CountAsync(), count => Assert.Equal(_old.Fingerprint, count.Fingerprint));
        await _postgres.Db.RunAsync($$"""
            update identity_pool set supported_login_providers = supported_login_providers || '{"www.digits.com": "key;in-clear"}'
            """);

        var done = await Envelopes(Both).RewrapAsync(default);

        Assert.Equal(
            [new("signing_key", 2, 0), new("session_key", 1, 0), new("access_key", AccessKeys, 0), new RewrapCount("identity_pool", 1, 0)],
            done);
        Assert.Equal(
            [
                new("access_key", _new.Fingerprint, AccessKeys), new("identity_pool", _new.Fingerprint, 2),
                new("session_key", _new.Fingerprint, 1), new EnvelopeCount("signing_key", _new.Fingerprint, 2),
            ],
            await CountAsync());
        await AssertOpenAsync(_new, "old");
        Assert.All(await Envelopes(Both).RewrapAsync(default), again => Assert.Equal((0, 0), (again.Rewrapped, again.Unopened)));
    }

    [Fact]
    public async Task What_was_written_meanwhile_is_kept()
    {
        var writers = Enumerable.Range(0, 20).Select(i => _postgres.Db.RunAsync(
            $"update access_key set wrapped_secret = '\\x{Convert.ToHexString(Keys(Both).Wrap("AKIA0000000000000000", new SecretKey($"new {i}")))}' where id = 'AKIA0000000000000000'"));
        var rewraps = Enumerable.Range(0, 3).Select(_ => Envelopes(Both).RewrapAsync(default));
        await Task.WhenAll(writers.Concat(rewraps));

        var key = await Keys(_new).FindAsync("AKIA0000000000000000", default);
        Assert.StartsWith("new ", Keys(_new).Unwrap(key!).Reveal, StringComparison.Ordinal);
        Assert.All(await CountAsync(), count => Assert.Equal(_new.Fingerprint, count.Fingerprint));
    }

    [Fact]
    public async Task A_value_that_changed_since_it_was_read_is_not_replaced()
    {
        var table = EnvelopeTable.OfBytes("access_key", "id", "wrapped_secret");
        var read = await _postgres.Db.ValueAsync<byte[]>("select wrapped_secret from access_key where id = 'AKIA0000000000000001'");
        await _postgres.Db.RunAsync("update access_key set wrapped_secret = '\\x00' where id = 'AKIA0000000000000001'");

        await using var command = _postgres.Db.CreateCommand(table.ReplaceSql);
        command.Parameters.Add(new() { Value = "AKIA0000000000000001" });
        command.Parameters.Add(new() { Value = read });
        command.Parameters.Add(new() { Value = table.Rewrap("AKIA0000000000000001", read, Both) });

        Assert.Equal(0, await command.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task A_secret_of_an_unknown_key_is_counted_and_stops_nothing()
    {
        var third = new MasterKey([.. Enumerable.Repeat((byte)3, MasterKey.Length)]);
        await _postgres.Db.RunAsync(
            $"update access_key set wrapped_secret = '\\x{Convert.ToHexString(Keys(third).Wrap("AKIA0000000000000000", new SecretKey("x")))}' where id = 'AKIA0000000000000000'");

        var done = await Envelopes(Both).RewrapAsync(default);

        Assert.Contains(new RewrapCount("access_key", AccessKeys - 1, 1), done);
        Assert.Contains(new EnvelopeCount("access_key", third.Fingerprint, 1), await CountAsync());
    }

    [Fact]
    public async Task Without_the_previous_key_nothing_is_touched()
    {
        var done = await Envelopes(_new).RewrapAsync(default);

        Assert.All(done, kind => Assert.True(kind.Rewrapped == 0 && kind.Unopened > 0));
        await AssertOpenAsync(_old, "old");
    }

    private async Task WriteAsync(MasterKey masterKey, string text)
    {
        var schedule = new KeySchedule("RS512", TimeSpan.Zero, TimeSpan.FromHours(2));
        await new NpgsqlSigningKeys(_postgres.Db, masterKey).ChangeAsync(
            "local-1", keys => SigningKeyCycle.Due(keys.Lives, keys.ReadAt, schedule, starting: true),
            (_, kid) => (System.Text.Encoding.UTF8.GetBytes(text), "{}"), wait: true, default);
        var sessionKeys = new NpgsqlSessionKeys(_postgres.Db, masterKey);
        await sessionKeys.RotateAsync(TimeSpan.Zero, NpgsqlSessionKeys.LongestLife, default);
        await sessionKeys.RetireAsync((await sessionKeys.ReadAllAsync(default))[0].Id, default); // Destroyed: nothing to rewrap.
        await sessionKeys.RotateAsync(TimeSpan.Zero, NpgsqlSessionKeys.LongestLife, default);
        await _postgres.NewPoolAsync(pool => pool.SupportedLoginProviders = StoredProviders.Seal(
            new Dictionary<string, string> { [Twitter] = $"key;{text}", ["graph.facebook.com"] = "1" }, pool.Id, masterKey));
        await using var tables = _postgres.Tables();
        for (var i = 0; i < AccessKeys; i++)
        {
            var id = $"AKIA{i:0000000000000000}";
            tables.AccessKeys.Add(new()
            {
                Id = id,
                AccountId = PostgresFixture.AccountId,
                WrappedSecret = Keys(masterKey).Wrap(id, new SecretKey(text)),
                Active = true,
                CreatedAt = DateTimeOffset.UnixEpoch,
            });
        }

        await tables.SaveChangesAsync();
    }

    private async Task AssertOpenAsync(MasterKey masterKey, string text)
    {
        var signing = new NpgsqlSigningKeys(_postgres.Db, masterKey);
        Assert.All((await signing.ReadAsync(default)).Keys, key => Assert.Equal(text, System.Text.Encoding.UTF8.GetString(signing.Unwrap(key))));
        var sessions = new NpgsqlSessionKeys(_postgres.Db, masterKey);
        Assert.Equal(32, sessions.Unwrap((await sessions.ReadAllAsync(default)).Single(key => key.RetiredAt is null)).Length);
        var access = await Keys(masterKey).FindAsync("AKIA0000000000000449", default);
        Assert.Equal(text, Keys(masterKey).Unwrap(access!).Reveal);
        var pool = await _postgres.Db.ValueAsync<string>("select id from identity_pool");
        var catalog = _postgres.Catalog(new ManualClock(), masterKey);
        Assert.Equal($"key;{text}", (await catalog.FindAsync(new PoolId(pool), default))!.SupportedLoginProviders[Twitter]);
    }

    private NpgsqlAccessKeys Keys(MasterKey masterKey) => new(_postgres.Db, _postgres.Database, masterKey, new ManualClock());

    private StoredEnvelopes Envelopes(MasterKey masterKey) => new(_postgres.Db, masterKey);

    private Task<IReadOnlyList<EnvelopeCount>> CountAsync() => Envelopes(Both).CountAsync(default);
}

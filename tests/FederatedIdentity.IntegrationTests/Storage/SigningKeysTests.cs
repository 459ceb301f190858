using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class SigningKeysTests : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly MasterKey _masterKey = new(new byte[MasterKey.Length]);
    private int _generated;

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task Ten_first_starts_at_once_agree_on_one_key()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            Keys().EnsureCurrentAsync("local-1", "RS512", Generate, default)));

        Assert.Equal(1, _generated);
        Assert.Equal("local-11", Assert.Single(keys.Select(key => key.Kid).Distinct()));
        Assert.All(keys, key => Assert.Equal("private key of local-11"u8, Keys().Unwrap(key)));
        var stored = Assert.Single(await Keys().ReadAllAsync(default));
        Assert.Equal((1, "RS512", SigningKeyState.Current), (stored.Number, stored.Algorithm, stored.State));
    }

    [Fact]
    public async Task Another_algorithm_gets_the_next_number()
    {
        await Keys().EnsureCurrentAsync("local-1", "RS512", Generate, default);
        var second = await Keys().EnsureCurrentAsync("local-1", "ES256", Generate, default);

        Assert.Equal(("local-12", 2), (second.Kid, second.Number));
        Assert.Equal(["local-11", "local-12"], (await Keys().ReadAllAsync(default)).Select(key => key.Kid));
    }

    [Fact]
    public async Task A_retired_key_is_not_current_and_its_number_is_not_used_again()
    {
        await Keys().EnsureCurrentAsync("local-1", "RS512", Generate, default);
        await _postgres.Db.RunAsync("update signing_key set state = 'retired', retired_at = now()");

        Assert.Equal("local-12", (await Keys().EnsureCurrentAsync("local-1", "RS512", Generate, default)).Kid);
    }

    private NpgsqlSigningKeys Keys() => new(_postgres.Db, _masterKey, new ManualClock());

    private (byte[] PrivatePkcs8, string PublicJwkJson) Generate(string kid)
    {
        Interlocked.Increment(ref _generated);
        return (System.Text.Encoding.UTF8.GetBytes($"private key of {kid}"), $$"""{"kid":"{{kid}}"}""");
    }
}

using System.Diagnostics.Metrics;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Jose;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Secrets;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>What one replica makes of the keys that all share: never anything old, whatever happened to it or to its clock.</summary>
public sealed class SigningKeyRingTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PostgresFixture _postgres = new();
    private readonly MasterKey _masterKey = new(new byte[MasterKey.Length]);
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualClock _clock = new();
    private readonly TokenOptions _tokens = new() { Issuer = "https://id.example", Tokens = { SigningAlgorithm = "ES256" } };

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _metrics.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task A_replica_that_stood_still_asks_before_it_signs_or_verifies()
    {
        using var ring = Ring();
        await ring.LoadAsync(default);
        await ReplaceAsync("us-east-11");

        _clock.Advance(SigningKeyRing.MaxAge - Second);
        Assert.Equal("us-east-11", (await ring.CurrentAsync(default)).KeyId);
        Assert.NotNull(await ring.FindAsync("ES256", "us-east-11", default));

        _clock.Advance(Second);
        Assert.Equal("us-east-12", (await ring.CurrentAsync(default)).KeyId);
        Assert.Null(await ring.FindAsync("ES256", "us-east-11", default));
    }

    [Fact]
    public async Task A_key_that_is_not_known_yet_is_looked_for_once_a_second_at_most()
    {
        using var ring = Ring();
        await ring.LoadAsync(default);
        Assert.Null(await ring.FindAsync("ES256", "us-east-13", default));
        await ReplaceAsync("us-east-11");

        Assert.Null(await ring.FindAsync("ES256", "us-east-13", default));
        _clock.Advance(Second);
        Assert.NotNull(await ring.FindAsync("ES256", "us-east-13", default));
        Assert.Null(await ring.FindAsync("RS512", "us-east-13", default));
    }

    [Fact]
    public async Task A_clock_that_jumps_rotates_nothing()
    {
        using var ring = Ring();
        await ring.LoadAsync(default);

        _clock.Advance(TimeSpan.FromDays(3650));
        await ring.LoadAsync(default);

        Assert.Equal("us-east-11", (await ring.CurrentAsync(default)).KeyId);
        Assert.Equal(2, await _postgres.Db.ValueAsync<long>("select count(*) from signing_key"));
    }

    [Fact]
    public async Task A_running_replica_goes_on_with_its_key_when_it_cannot_open_another()
    {
        using var ring = Ring();
        await ring.LoadAsync(default);
        await _postgres.Db.RunAsync("update signing_key set wrapped_private_key = '\\x0102' where state = 'next'");
        await _postgres.Db.RunAsync("update signing_key set state = 'retired' where state = 'current'");
        await _postgres.Db.RunAsync("update signing_key set state = 'current' where state = 'next'");

        Assert.True(await ring.LoadAsync(default));

        Assert.Equal("us-east-11", (await ring.CurrentAsync(default)).KeyId);
        using var starting = Ring();
        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(() => starting.LoadAsync(default));
    }

    /// <remarks>Keys were lost and made anew while it ran, and then the backup came back: docs/backup.md.</remarks>
    [Fact]
    public async Task A_running_replica_signs_with_the_key_that_is_stored_although_another_one_had_its_name()
    {
        using var ring = Ring();
        await ring.LoadAsync(default);
        var kept = await SignedAsync(ring);
        await _postgres.Db.RunAsync("create table kept as select * from signing_key; delete from signing_key");
        await ring.LoadAsync(default);
        var lost = await SignedAsync(ring);
        await _postgres.Db.RunAsync("delete from signing_key; insert into signing_key select * from kept");

        await ring.LoadAsync(default);

        var key = (await ring.FindAsync("ES256", "us-east-11", default))!;
        Assert.Equal((true, false, true), (key.Verify(kept), key.Verify(lost), key.Verify(await SignedAsync(ring))));
    }

    [Fact]
    public async Task Age_next_rotation_and_published_keys_are_measured()
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name.StartsWith("federated_identity.signing_keys.", StringComparison.Ordinal)
                    && instrument.Meter.Scope == _metrics.GetRequiredService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[$"{instrument.Name}.{tags[0].Value}"] = value);
        listener.Start();
        using var ring = Ring();
        await ring.LoadAsync(default);
        await _postgres.Db.RunAsync("update signing_key set activated_at = activated_at - interval '1 day' where state = 'current'");
        await ring.LoadAsync(default);

        listener.RecordObservableInstruments();

        Assert.Equal(2, seen["federated_identity.signing_keys.published"]);
        Assert.InRange(seen["federated_identity.signing_keys.age"], 86400, 86400 + 300);
        Assert.InRange(seen["federated_identity.signing_keys.until_rotation"], (89 * 86400) - 300, 89 * 86400);
        Assert.Equal(1, seen["federated_identity.signing_keys.steps.created"]);
    }

    /// <summary>Another replica takes a key away for good.</summary>
    private async Task ReplaceAsync(string kid) => await Store().ChangeAsync(
        "us-east-1",
        keys => SigningKeyCycle.Without(kid, keys.Lives) ?? SigningKeyCycle.Due(keys.Lives, keys.ReadAt, _tokens.Schedule, starting: false),
        SigningKeyText.Generate,
        wait: true,
        default);

    private static async Task<Jws> SignedAsync(SigningKeyRing ring)
    {
        var key = await ring.CurrentAsync(default);
        Assert.Equal("us-east-11", key.KeyId);
        Assert.Null(Jws.TryParse(key.Sign("{}"u8), out var signed, allowJwsType: true));
        return signed!;
    }

    private NpgsqlSigningKeys Store() => new(_postgres.Db, _masterKey);

    private SigningKeyRing Ring()
    {
        var (tokens, store) = (Options.Create(_tokens), Store());
        var rotation = new SigningKeyRotation(
            store, tokens, Options.Create(new DeploymentOptions()),
            new SigningKeyMetrics(_metrics.GetRequiredService<IMeterFactory>()), NullLogger<SigningKeyRotation>.Instance);
        return new SigningKeyRing(rotation, store, tokens, _clock, NullLogger<SigningKeyRing>.Instance);
    }
}

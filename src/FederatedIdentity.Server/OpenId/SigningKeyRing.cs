using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Jose;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>
/// The keys of our tokens, shared by all replicas through PostgreSQL. One is current and signs; every key is published, the next one
/// and those retired as well, so that a verifier knows a key before it meets it and after it is gone. Signs and verifies with what the
/// database said less than <see cref="MaxAge"/> ago, even after this process stood still.
/// </summary>
internal sealed partial class SigningKeyRing(
    SigningKeyRotation rotation,
    NpgsqlSigningKeys store,
    IOptions<TokenOptions> tokens,
    TimeProvider clock,
    ILogger<SigningKeyRing> logger) : IDisposable
{
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PauseBetweenLookUps = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile Loaded? _loaded;
    private long? _lookedUpAt;

    public bool IsLoaded => _loaded is not null;

    /// <summary>The JWK set of all keys.</summary>
    public PublishedDocument PublicKeys => Ring.PublicKeys;

    public PublishedDocument Discovery => Ring.Discovery;

    private Loaded Ring => _loaded ?? throw new InvalidOperationException("The signing keys are not loaded yet.");

    /// <summary>The key to sign with. Throws while the ring is not loaded: the server is not ready then.</summary>
    public async ValueTask<SigningKey> CurrentAsync(CancellationToken ct) => (await FreshAsync(ct)).Signing;

    /// <summary>
    /// The key of a token that we issued, or null. One that is not known may have been published since the last look, so a look is taken,
    /// but not oftener than once a second however many made-up ids arrive.
    /// </summary>
    public async ValueTask<VerificationKey?> FindAsync(string algorithm, string? kid, CancellationToken ct)
    {
        var choice = (await FreshAsync(ct)).Verification.Choose(algorithm, kid);
        if (choice is KeyChoice.Unknown)
        {
            await ReadAgainAsync(() => _lookedUpAt is not { } last || clock.GetElapsedTime(last) >= PauseBetweenLookUps, ct);
            choice = Ring.Verification.Choose(algorithm, kid);
        }

        return (choice as KeyChoice.Found)?.Key;
    }

    /// <summary>
    /// Does what is due with the keys and loads them. False while there is none to sign with, because another replica is just making it.
    /// </summary>
    public async Task<bool> LoadAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var at = clock.GetTimestamp();
            return TakeOver(await rotation.TendAsync(starting: !IsLoaded, ct), at);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<Loaded> FreshAsync(CancellationToken ct)
    {
        if (clock.GetElapsedTime(Ring.At) >= MaxAge)
        {
            await ReadAgainAsync(() => clock.GetElapsedTime(Ring.At) >= MaxAge, ct);
        }

        return Ring;
    }

    private async Task ReadAgainAsync(Func<bool> isNeeded, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (isNeeded())
            {
                var at = clock.GetTimestamp();
                _lookedUpAt = at;
                TakeOver(await store.ReadAsync(ct), at);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool TakeOver(StoredSigningKeys stored, long at)
    {
        if (_loaded is { } same && same.Lives.SequenceEqual(stored.Lives))
        {
            _loaded = same with { At = at };
        }
        else if (SigningKeyCycle.Current(stored.Lives) is { } current)
        {
            var key = stored.Keys.Single(key => key.Life == current);
            _loaded = Publish(Signing(key), key.PublicJwk, stored, at);
        }

        return IsLoaded;
    }

    /// <summary>
    /// Keeps the key object it has while its key stays current: importing an RSA key costs as much as four signatures. After a restore
    /// another key may have the same kid. A running replica that cannot open a new key, for want of the right master key, goes on with the
    /// one it has, which verifiers still know.
    /// </summary>
    private SigningKey Signing(StoredSigningKey current)
    {
        if (_loaded is { } same && same.Signing.KeyId == current.Kid && same.PublicJwk == current.PublicJwk)
        {
            return same.Signing;
        }

        try
        {
            return Import(current);
        }
        catch (CryptographicException fault) when (_loaded is not null)
        {
            Log.CannotOpen(logger, _loaded.Signing.KeyId, fault.Message);
            return _loaded.Signing;
        }
    }

    private SigningKey Import(StoredSigningKey stored)
    {
        var pkcs8 = store.Unwrap(stored);
        try
        {
            var key = SigningKey.Import(SigningKeyText.Algorithm(stored.Life.Algorithm), stored.Kid, pkcs8);
            Log.Signing(logger, key.KeyId);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private Loaded Publish(SigningKey signing, string publicJwk, StoredSigningKeys stored, long at)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', stored.Keys.Select(key => key.PublicJwk))}}]}""");
        var set = JwkSet.TryParse(json, out var fault)
            ?? throw new InvalidOperationException($"The stored public keys are damaged: {fault}");
        var algorithms = stored.Lives.Select(key => key.Algorithm).Prepend(signing.JwsAlgorithm.Name).Distinct();
        var lifetime = tokens.Value.Tokens.KeyCacheLifetime;
        Log.Published(logger, string.Join(", ", stored.Lives.Select(key => $"{key.Kid} ({key.State})")));
        return new Loaded(
            signing,
            publicJwk,
            new PublishedDocument(json, lifetime),
            new PublishedDocument(DiscoveryDocument.Write(tokens.Value, algorithms), lifetime),
            set,
            stored.Lives,
            at);
    }

    private sealed record Loaded(
        SigningKey Signing,
        string PublicJwk,
        PublishedDocument PublicKeys,
        PublishedDocument Discovery,
        JwkSet Verification,
        IReadOnlyList<SigningKeyLife> Lives,
        long At);

    private static partial class Log
    {
        [LoggerMessage(35, LogLevel.Information, "Tokens are signed with key {Kid} now.")]
        public static partial void Signing(ILogger logger, string kid);

        [LoggerMessage(37, LogLevel.Information, "Published keys: {Keys}.")]
        public static partial void Published(ILogger logger, string keys);

        [LoggerMessage(36, LogLevel.Error, "Goes on signing with key {Kid}. {Reason}")]
        public static partial void CannotOpen(ILogger logger, string kid, string reason);
    }
}

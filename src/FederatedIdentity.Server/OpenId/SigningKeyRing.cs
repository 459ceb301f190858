using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FederatedIdentity.Jose;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>
/// The keys of our tokens, shared by all replicas through PostgreSQL. One is current and signs; every key is published, those that
/// are next and those retired as well, so that a verifier knows a key before it meets it and after it is gone.
/// </summary>
internal sealed class SigningKeyRing(NpgsqlSigningKeys store, IOptions<TokenOptions> tokens, IOptions<DeploymentOptions> deployment)
{
    private volatile Loaded? _loaded;

    public bool IsLoaded => _loaded is not null;

    /// <summary>The key to sign with. Throws while the ring is not loaded: the server is not ready then.</summary>
    public SigningKey Current => Ring.Current;

    /// <summary>The JWK set of all keys.</summary>
    public PublishedDocument PublicKeys => Ring.PublicKeys;

    /// <summary>The same keys, to verify what we issued ourselves.</summary>
    public JwkSet VerificationKeys => Ring.VerificationKeys;

    private Loaded Ring => _loaded ?? throw new InvalidOperationException("The signing keys are not loaded yet.");

    /// <summary>
    /// Reads the keys, after creating the first of the configured algorithm when there is none. Keeps the key object it has while
    /// its key stays current: importing an RSA key costs as much as four signatures.
    /// </summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        var algorithm = JwsAlgorithm.Find(tokens.Value.Tokens.SigningAlgorithm)
            ?? throw new InvalidOperationException("FederatedIdentity:Tokens:SigningAlgorithm was not validated.");
        var current = await store.EnsureCurrentAsync(deployment.Value.Region, algorithm.Name, kid => Generate(algorithm, kid), ct);
        var stored = await store.ReadAllAsync(ct);
        var signing = _loaded?.Current is { } same && same.KeyId == current.Kid ? same : Import(algorithm, current);
        _loaded = Publish(signing, stored);
    }

    private SigningKey Import(JwsAlgorithm algorithm, StoredSigningKey stored)
    {
        var pkcs8 = store.Unwrap(stored);
        try
        {
            return SigningKey.Import(algorithm, stored.Kid, pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static (byte[] PrivatePkcs8, string PublicJwkJson) Generate(JwsAlgorithm algorithm, string kid)
    {
        using var key = SigningKey.Generate(algorithm, kid);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            key.WritePublicJwk(writer);
        }

        return (key.ExportPkcs8(), Encoding.UTF8.GetString(json.ToArray()));
    }

    private static Loaded Publish(SigningKey current, IReadOnlyList<StoredSigningKey> keys)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', keys.Select(key => key.PublicJwk))}}]}""");
        return JwkSet.TryParse(json, out var fault) is { } set
            ? new Loaded(current, new PublishedDocument(json), set)
            : throw new InvalidOperationException($"The stored public keys are damaged: {fault}");
    }

    private sealed record Loaded(SigningKey Current, PublishedDocument PublicKeys, JwkSet VerificationKeys);
}

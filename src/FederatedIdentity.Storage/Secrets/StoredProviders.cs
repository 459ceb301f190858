using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Storage.Secrets;

/// <summary>
/// The column supported_login_providers. A consumer secret in it is an envelope of the master key, bound to the pool, the provider and
/// the consumer key, so that it opens nowhere else. Can be made by sealing only, which keeps clear secrets out of the database.
/// </summary>
/// <remarks>
/// The value of a pair is <c>key;wrapped:&lt;base64&gt;</c>. The colon cannot be in a value of the API, so one that was stored in
/// clear, by a release before this form, is told apart and read as it is.
/// </remarks>
public sealed class StoredProviders
{
    public static readonly StoredProviders None = new(new Dictionary<string, string>());

    private const string Mark = "wrapped:";

    private readonly IReadOnlyDictionary<string, string> _values;

    private StoredProviders(IReadOnlyDictionary<string, string> values) => _values = values;

    /// <summary>The login keys of the providers.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    public static StoredProviders Seal(IReadOnlyDictionary<string, string> providers, string poolId, MasterKey masterKey) =>
        new(providers.ToDictionary(
            provider => provider.Key,
            provider => ConsumerPair.IsUsedBy(provider.Key) ? Wrap(provider.Key, provider.Value, poolId, masterKey) : provider.Value));

    /// <summary>
    /// Every value in clear; or a <see cref="CryptographicException"/>, which repeats none, when one was altered or moved.
    /// </summary>
    public Dictionary<string, string> Open(string poolId, MasterKey masterKey) => _values.ToDictionary(
        provider => provider.Key,
        provider => ConsumerPair.IsUsedBy(provider.Key) ? Unwrap(provider.Key, provider.Value, poolId, masterKey) : provider.Value);

    /// <summary>Every value with a placeholder for its secret; opens no envelope.</summary>
    public Dictionary<string, string> Redacted() => _values.ToDictionary(
        provider => provider.Key,
        provider => ConsumerPair.IsUsedBy(provider.Key) ? Redact(provider.Value) : provider.Value);

    /// <summary>For each secret the fingerprint of the master key that wrapped it; null for one in clear or damaged.</summary>
    public IEnumerable<string?> Fingerprints() =>
        from provider in _values
        where ConsumerPair.IsUsedBy(provider.Key)
        let secret = ConsumerPair.Split(provider.Value).Secret
        where secret is not null
        select secret.StartsWith(Mark, StringComparison.Ordinal) && Decode(secret) is { } envelope
            ? MasterKey.FingerprintOf(envelope)
            : null;

    internal static StoredProviders Read(string json) =>
        new(JsonColumn.Read(json, StorageJson.Default.IReadOnlyDictionaryStringString));

    internal string ToJson() => JsonSerializer.Serialize(_values, StorageJson.Default.IReadOnlyDictionaryStringString);

    private static string Wrap(string provider, string value, string poolId, MasterKey masterKey)
    {
        var (key, secret) = ConsumerPair.Split(value);
        if (secret is null)
        {
            return value;
        }

        var plain = Encoding.UTF8.GetBytes(secret);
        var envelope = masterKey.Wrap(plain, OwnerName(poolId, provider, key));
        CryptographicOperations.ZeroMemory(plain);
        return $"{key}{ConsumerPair.Separator}{Mark}{Convert.ToBase64String(envelope)}";
    }

    private static string Unwrap(string provider, string value, string poolId, MasterKey masterKey)
    {
        var (key, secret) = ConsumerPair.Split(value);
        if (secret?.StartsWith(Mark, StringComparison.Ordinal) != true)
        {
            return value;
        }

        var owner = OwnerName(poolId, provider, key);
        var envelope = Decode(secret)
            ?? throw new CryptographicException($"The secret of {owner} is not an envelope of a known format.");
        return $"{key}{ConsumerPair.Separator}{Encoding.UTF8.GetString(masterKey.Unwrap(envelope, owner))}";
    }

    private static byte[]? Decode(string marked)
    {
        var envelope = new byte[marked.Length];
        return Convert.TryFromBase64String(marked[Mark.Length..], envelope, out var length) ? envelope[..length] : null;
    }

    // Without a separator nobody knows which half it is.
    private static string Redact(string value) => ConsumerPair.Split(value) is (var key, { })
        ? $"{key}{ConsumerPair.Separator}{ConsumerPair.Placeholder}"
        : ConsumerPair.Placeholder;

    private static string OwnerName(string poolId, string provider, string key) => $"identity_pool:{poolId}:{provider}:{key}";
}

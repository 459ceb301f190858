using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Signing keys, derived once per access key, day, region and service. A kept key serves only the very secret that it was
/// derived from, so it dies with that secret; there are never more than a fixed number of them.
/// </summary>
internal sealed class SigningKeyCache(int capacity = SigningKeyCache.DefaultCapacity)
{
    private const int DefaultCapacity = 4096;
    private const string Prefix = "AWS4";

    private readonly ConcurrentDictionary<Scope, Derived> _keys = new();

    public ReadOnlySpan<byte> Find(AccessKey key, string date, string region, string service)
    {
        var scope = new Scope(key.AccessKeyId, date, region, service);
        if (_keys.TryGetValue(scope, out var kept) && IsSame(kept.Secret, key.Secret))
        {
            return kept.SigningKey;
        }

        // Only known keys with a date of today or next to it come here; emptying now and then is cheaper than keeping ages.
        if (_keys.Count >= capacity)
        {
            _keys.Clear();
        }

        var derived = new Derived(key.Secret, Derive(key.Secret, scope));
        _keys[scope] = derived;
        return derived.SigningKey;
    }

    private static byte[] Derive(SecretKey secret, Scope scope)
    {
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(Prefix + secret.Reveal), Encoding.UTF8.GetBytes(scope.Date), key);
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Region), key);
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(scope.Service), key);
        return HMACSHA256.HashData(key, "aws4_request"u8);
    }

    private static bool IsSame(SecretKey kept, SecretKey current) => CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(kept.Reveal.AsSpan()),
        MemoryMarshal.AsBytes(current.Reveal.AsSpan()));

    private readonly record struct Scope(string AccessKeyId, string Date, string Region, string Service);

    private sealed record Derived(SecretKey Secret, byte[] SigningKey);
}

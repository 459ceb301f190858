using FederatedIdentity.Domain.Keys;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>One signing key as stored; <see cref="NpgsqlSigningKeys.Unwrap"/> gives its private key unless it is retired.</summary>
public sealed record StoredSigningKey(SigningKeyLife Life, string PublicJwk, byte[] WrappedPrivateKey)
{
    public string Kid => Life.Kid;
}

/// <summary>All signing keys, the oldest first, and the database's time when they were read.</summary>
public sealed record StoredSigningKeys(IReadOnlyList<StoredSigningKey> Keys, DateTimeOffset ReadAt)
{
    public IReadOnlyList<SigningKeyLife> Lives { get; } = [.. Keys.Select(key => key.Life)];
}

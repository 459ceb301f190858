using System.Security.Cryptography;

namespace FederatedIdentity.Storage.Secrets;

/// <summary>
/// Where envelopes of the master key lie: a table, what they belong to there, and how a value is read and rewrapped. What was destroyed
/// is left out.
/// </summary>
internal sealed class EnvelopeTable
{
    private readonly Func<object, IEnumerable<string?>> _fingerprints;
    private readonly Func<string, object, MasterKey, object> _rewrap;

    private EnvelopeTable(
        string name, string pageSql, string replaceSql,
        Func<object, IEnumerable<string?>> fingerprints, Func<string, object, MasterKey, object> rewrap) =>
        (Name, PageSql, ReplaceSql, _fingerprints, _rewrap) = (name, pageSql, replaceSql, fingerprints, rewrap);

    public string Name { get; }

    /// <summary>Ids and values after an id, so many.</summary>
    public string PageSql { get; }

    /// <summary>For an id: replaces the one value by the other.</summary>
    public string ReplaceSql { get; }

    /// <summary>The owner's name in an envelope is that of the table and the row.</summary>
    public static EnvelopeTable OfBytes(string table, string id, string column) => new(
        table,
        $"select {id}, {column} from {table} where {id} > $1 and {column} <> '' order by {id} limit $2",
        $"update {table} set {column} = $3 where {id} = $1 and {column} = $2",
        value => [MasterKey.FingerprintOf((byte[])value)],
        (row, value, masterKey) => Rewrap((byte[])value, $"{table}:{row}", masterKey));

    /// <summary>The consumer secrets of pools, deleted ones too as long as they are there.</summary>
    public static EnvelopeTable OfProviders() => new(
        "identity_pool",
        """
        select id, supported_login_providers::text from identity_pool
        where id > $1 and supported_login_providers <> '{}' order by id limit $2
        """,
        """
        update identity_pool set supported_login_providers = $3::text::jsonb
        where id = $1 and supported_login_providers = $2::text::jsonb
        """,
        value => StoredProviders.Read((string)value).Fingerprints(),
        (row, value, masterKey) =>
            StoredProviders.Seal(StoredProviders.Read((string)value).Open(row, masterKey), row, masterKey).ToJson());

    public IEnumerable<string?> FingerprintsOf(object value) => _fingerprints(value);

    /// <summary>The same secret under the current key, or a CryptographicException.</summary>
    public object Rewrap(string id, object value, MasterKey masterKey) => _rewrap(id, value, masterKey);

    private static byte[] Rewrap(byte[] envelope, string owner, MasterKey masterKey)
    {
        var secret = masterKey.Unwrap(envelope, owner);
        var fresh = masterKey.Wrap(secret, owner);
        CryptographicOperations.ZeroMemory(secret);
        return fresh;
    }
}

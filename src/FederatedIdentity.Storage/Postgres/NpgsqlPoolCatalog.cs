using System.Collections.Concurrent;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Pool snapshots that are at most <see cref="MaxAge"/> old; one query at a time for each pool, however many ask.</summary>
internal sealed class NpgsqlPoolCatalog(Database db, MasterKey masterKey, TimeProvider clock) : IPoolCatalog
{
    /// <summary>How long another replica may go on with a changed or deleted pool; short, because nobody tells it of the change.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>Pools beyond this many at once are read afresh for every request.</summary>
    internal const int MaxSnapshots = 4096;

    internal const string FindSql = """
        select p.account_id, p.allow_unauthenticated, p.allow_classic_flow, p.developer_provider_name,
            p.supported_login_providers, p.cognito_identity_providers, p.open_id_connect_provider_arns, p.saml_provider_arns,
            p.roles, p.role_mappings, p.principal_tag_maps,
            v.arn, v.issuer, v.client_ids, v.signing_keys, v.valid_until, v.thumbprints
        from identity_pool p
        left join lateral (
            select o.arn, o.url as issuer, null::bytea[] as signing_keys, null::timestamptz as valid_until, o.thumbprints,
                array(select c.client_id from open_id_connect_provider_client c where c.arn = o.arn order by c.client_id) as client_ids
            from open_id_connect_provider o
            where o.arn = any (p.open_id_connect_provider_arns) and o.account_id = p.account_id
            union all
            select s.arn, s.entity_id, s.signing_keys, s.valid_until, null, null
            from unnest(p.saml_provider_arns) as named (arn)
            cross join lateral (
                select s.arn, s.entity_id, s.signing_keys, s.valid_until
                from saml_provider s where s.arn = named.arn and s.account_id = p.account_id limit 1
            ) s
        ) v on true
        where p.id = $1 and p.deleted_at is null
        """;

    private readonly ConcurrentDictionary<PoolId, Snapshot> _snapshots = [];

    private long _lastSweep = clock.GetTimestamp();

    public ValueTask<Pool?> FindAsync(PoolId id, CancellationToken ct)
    {
        if (!_snapshots.TryGetValue(id, out var snapshot) || IsOld(snapshot))
        {
            snapshot = Refresh(id, snapshot);
        }

        // The load serves all who wait, so it does not end when one of them leaves.
        var pool = snapshot.Pool;
        return new ValueTask<Pool?>(pool.IsCompleted ? pool : pool.WaitAsync(ct));
    }

    public void Forget(PoolId id) => _snapshots.TryRemove(id, out _);

    // A snapshot takes its place before it is loaded, and a finished load stores nothing. So one that was forgotten meanwhile answers
    // those who already wait for it, and nobody after them.
    private Snapshot Refresh(PoolId id, Snapshot? old)
    {
        var fresh = new Snapshot(clock.GetTimestamp(), self => LoadAsync(id, self));
        if (old is null)
        {
            return IsFull() ? fresh : _snapshots.GetOrAdd(id, fresh);
        }

        return _snapshots.TryUpdate(id, fresh, old) ? fresh : _snapshots.GetOrAdd(id, fresh);
    }

    private bool IsOld(Snapshot snapshot) => snapshot.IsLoaded && clock.GetElapsedTime(snapshot.AsOf) > MaxAge;

    private bool IsFull()
    {
        if (_snapshots.Count < MaxSnapshots)
        {
            return false;
        }

        var lastSweep = Volatile.Read(ref _lastSweep);
        if (clock.GetElapsedTime(lastSweep) > MaxAge
            && Interlocked.CompareExchange(ref _lastSweep, clock.GetTimestamp(), lastSweep) == lastSweep)
        {
            foreach (var entry in _snapshots.Where(entry => IsOld(entry.Value)))
            {
                _snapshots.TryRemove(entry);
            }
        }

        return _snapshots.Count >= MaxSnapshots;
    }

    private async Task<Pool?> LoadAsync(PoolId id, Snapshot self)
    {
        Pool? pool = null;
        try
        {
            return pool = await ReadAsync(id);
        }
        finally
        {
            // Neither failures nor unknown pools are kept: the next one asks again, and made-up ids fill no memory.
            if (pool is null)
            {
                _snapshots.TryRemove(KeyValuePair.Create(id, self));
            }
        }
    }

    private Task<Pool?> ReadAsync(PoolId id) =>
        db.ReadAsync(FindSql, (command, stop) => ReadAsync(id, command, stop), CancellationToken.None);

    private async Task<Pool?> ReadAsync(PoolId id, NpgsqlCommand command, CancellationToken stop)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id.Value });
        await using var reader = await command.ExecuteReaderAsync(stop);
        if (!await reader.ReadAsync(stop))
        {
            return null;
        }

        var (oidc, saml) = (new List<OpenIdConnectProvider>(), new List<SamlProvider>());
        var pool = new Pool(
            id,
            AccountId: reader.GetString(0),
            AllowUnauthenticatedIdentities: reader.GetBoolean(1),
            AllowClassicFlow: reader.IsDBNull(2) ? null : reader.GetBoolean(2),
            DeveloperProviderName: reader.IsDBNull(3) ? null : reader.GetString(3),
            StoredProviders.Read(reader.GetString(4)).Open(id.Value, masterKey),
            JsonColumn.Read(reader.GetString(5), StorageJson.Default.IReadOnlyListCognitoIdentityProvider),
            oidc,
            reader.GetFieldValue<string[]>(6),
            reader.GetFieldValue<string[]>(7))
        {
            SamlProviders = saml,
            Roles = JsonColumn.Read(reader.GetString(8), StorageJson.Default.DefaultRoles),
            RoleMappings = JsonColumn.Read(reader.GetString(9), StorageJson.Default.IReadOnlyDictionaryStringRoleMapping),
            PrincipalTagMaps = JsonColumn.Read(reader.GetString(10), StorageJson.Default.IReadOnlyDictionaryStringPrincipalTagMap),
        };
        do
        {
            if (reader.IsDBNull(11))
            {
                continue; // A pool without any.
            }

            if (reader.IsDBNull(14))
            {
                oidc.Add(new OpenIdConnectProvider(reader.GetString(11), reader.GetString(12), reader.GetFieldValue<string[]>(13))
                {
                    Thumbprints = reader.GetFieldValue<string[]>(16),
                });
            }
            else
            {
                saml.Add(new SamlProvider(
                    reader.GetString(11),
                    reader.GetString(12),
                    reader.GetFieldValue<byte[][]>(14),
                    reader.IsDBNull(15) ? null : reader.GetFieldValue<DateTimeOffset>(15)));
            }
        }
        while (await reader.ReadAsync(stop));

        return pool;
    }

    /// <summary>A pool as it was at <see cref="AsOf"/> or later; read when first asked for, once.</summary>
    private sealed class Snapshot
    {
        private readonly Lazy<Task<Pool?>> _pool;

        public Snapshot(long asOf, Func<Snapshot, Task<Pool?>> load) => (AsOf, _pool) = (asOf, new(() => load(this)));

        public long AsOf { get; }

        public Task<Pool?> Pool => _pool.Value;

        public bool IsLoaded => _pool is { IsValueCreated: true, Value.IsCompleted: true };
    }
}

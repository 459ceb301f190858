using System.Collections.Concurrent;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres.Tables;
using FederatedIdentity.Storage.Secrets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Pool snapshots that no call uses which begins more than a second after a change was committed, on whatever replica: while
/// <see cref="PoolChangeFeed"/> vouches for it, because the changed ones were forgotten; otherwise, because they are no older than that.
/// However many ask, one query at a time for each pool, as long as none takes longer than that.
/// </summary>
internal sealed partial class NpgsqlPoolCatalog(
    Database db, MasterKey masterKey, PoolMetrics metrics, TimeProvider clock, ILogger<NpgsqlPoolCatalog> logger) : IPoolCatalog
{
    /// <summary>How old a snapshot gets at most; what the feed should miss against all care is over then.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    /// <summary>How old a snapshot gets when nobody tells of changes.</summary>
    internal static readonly TimeSpan MaxAgeAlone = TimeSpan.FromSeconds(1);

    /// <summary>How long ago a successful poll of the changes may have begun for snapshots to live on it.</summary>
    internal static readonly TimeSpan FeedMaxAge = TimeSpan.FromSeconds(1);

    /// <summary>Pools beyond this many at once are read afresh for every request.</summary>
    internal const int MaxSnapshots = 4096;

    internal const string FindSql = """
        select p.account_id, p.allow_unauthenticated, p.allow_classic_flow, p.developer_provider_name,
            p.supported_login_providers, p.cognito_identity_providers, p.open_id_connect_provider_arns, p.saml_provider_arns,
            p.roles, p.role_mappings, p.principal_tag_maps,
            (select t.value from identity_pool_tag t where t.pool_id = p.id and t.key = 'federated-identity:rate-limit'),
            (select t.value from identity_pool_tag t where t.pool_id = p.id and t.key = 'federated-identity:guest-retention-days'),
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
    private readonly ConcurrentDictionary<(PoolId Pool, string Tag), bool> _warned = [];

    private long _lastSweep = clock.GetTimestamp();
    private Vouched? _vouched;

    public ValueTask<Pool?> FindAsync(PoolId id, CancellationToken ct)
    {
        var hit = _snapshots.TryGetValue(id, out var snapshot) && !IsOld(snapshot);
        metrics.LookedUp(hit);
        if (!hit)
        {
            snapshot = Refresh(id, snapshot);
        }

        // The load serves all who wait, so it does not end when one of them leaves.
        var pool = snapshot!.Pool;
        return new ValueTask<Pool?>(pool.IsCompleted ? pool : pool.WaitAsync(ct));
    }

    public void Forget(PoolId id) => _snapshots.TryRemove(id, out _);

    /// <summary>Forgets whatever one of the changes concerns, and whatever it may concern because it is still being read.</summary>
    internal void Forget(IReadOnlyList<PoolChangePoll.Change> changes)
    {
        foreach (var pool in changes.Where(change => change.PoolId is not null))
        {
            Forget(new PoolId(pool.PoolId!));
        }

        if (changes.Any(change => change is { PoolId: null, AccountId: null }))
        {
            ForgetAll();
        }
        else if (changes.Select(change => change.AccountId).OfType<string>().ToHashSet() is { Count: > 0 } accounts)
        {
            foreach (var entry in _snapshots.Where(entry => entry.Value.Account is not { } account || accounts.Contains(account)))
            {
                _snapshots.TryRemove(entry);
            }
        }
    }

    internal void ForgetAll() => _snapshots.Clear();

    /// <summary>
    /// Says that every change committed before <paramref name="asOf"/> (a timestamp of the clock) has been forgotten here, beginning
    /// with those that were committed after the last <see cref="ForgetAll"/>.
    /// </summary>
    internal void VouchFor(long asOf) => Volatile.Write(ref _vouched, new Vouched(asOf));

    // A snapshot takes its place before it is loaded, and a finished load stores nothing. So one that was forgotten meanwhile answers
    // those who already wait for it, and nobody after them. What is read after that is as new as the change.
    private Snapshot Refresh(PoolId id, Snapshot? old)
    {
        var fresh = new Snapshot(clock.GetTimestamp(), self => LoadAsync(id, self));
        if (old is null)
        {
            return IsFull() ? fresh : _snapshots.GetOrAdd(id, fresh);
        }

        return _snapshots.TryUpdate(id, fresh, old) ? fresh : _snapshots.GetOrAdd(id, fresh);
    }

    private bool IsOld(Snapshot snapshot) => clock.GetElapsedTime(snapshot.AsOf) > (IsToldOfChanges() ? MaxAge : MaxAgeAlone);

    private bool IsToldOfChanges() =>
        Volatile.Read(ref _vouched) is { } vouched && clock.GetElapsedTime(vouched.AsOf) <= FeedMaxAge;

    private bool IsFull()
    {
        if (_snapshots.Count < MaxSnapshots)
        {
            return false;
        }

        var lastSweep = Volatile.Read(ref _lastSweep);
        if (clock.GetElapsedTime(lastSweep) > MaxAgeAlone
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
            metrics.Loaded();
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
            RateLimit = ReadSetting(id, SettingTags.RateLimit, reader.IsDBNull(11) ? null : reader.GetString(11)),
            GuestRetentionDays = ReadSetting(id, SettingTags.GuestRetentionDays, reader.IsDBNull(12) ? null : reader.GetString(12)),
        };
        do
        {
            if (reader.IsDBNull(13))
            {
                continue; // A pool without any.
            }

            if (reader.IsDBNull(16))
            {
                oidc.Add(new OpenIdConnectProvider(reader.GetString(13), reader.GetString(14), reader.GetFieldValue<string[]>(15))
                {
                    Thumbprints = reader.GetFieldValue<string[]>(18),
                });
            }
            else
            {
                saml.Add(new SamlProvider(
                    reader.GetString(13),
                    reader.GetString(14),
                    reader.GetFieldValue<byte[][]>(16),
                    reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17)));
            }
        }
        while (await reader.ReadAsync(stop));

        return pool;
    }

    /// <summary>What was written past the API is ignored when it is nonsense, with one warning.</summary>
    private int? ReadSetting(PoolId id, string tag, string? value)
    {
        var setting = SettingTags.Read(tag, value);
        if (value is not null && setting is null && _warned.Count < MaxSnapshots && _warned.TryAdd((id, tag), true))
        {
            Log.BadSetting(logger, tag, id.Value);
        }

        return setting;
    }

    /// <summary>Up to when changes are known.</summary>
    private sealed record Vouched(long AsOf);

    /// <summary>A pool as it was at <see cref="AsOf"/> or later; read when first asked for, once.</summary>
    private sealed class Snapshot
    {
        private readonly Lazy<Task<Pool?>> _pool;

        public Snapshot(long asOf, Func<Snapshot, Task<Pool?>> load) => (AsOf, _pool) = (asOf, new(() => load(this)));

        public long AsOf { get; }

        public Task<Pool?> Pool => _pool.Value;

        /// <summary>Whose pool it is; null while that is not known.</summary>
        public string? Account => _pool is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } task }
            ? task.GetAwaiter().GetResult()?.AccountId
            : null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Tag {Tag} of pool {Pool} has no valid value and is ignored")]
        public static partial void BadSetting(ILogger logger, string tag, string pool);
    }
}

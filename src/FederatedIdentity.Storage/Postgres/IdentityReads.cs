using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Who owns a login, and identities with their logins; what requests ask at the same time is read together.</summary>
internal sealed class IdentityReads : IDisposable
{
    // Parallel arrays keep one prepared plan for any number of logins. The statements leave the planner one way, by the key of what is
    // asked for: a plan made while the database was still empty is kept, and must not read a whole pool once it has filled. That is
    // what "lateral (… limit 1)" is for, and why nothing is joined that an array can name.
    internal const string OwnersSql = """
        select w.n, owner.identity_id
        from unnest($1::text[], $2::smallint[], $3::text[], $4::text[]) with ordinality as w (pool_id, kind, provider, subject, n)
        cross join lateral (
            select l.identity_id from login_owner l
            where l.pool_id = w.pool_id and l.kind = w.kind and l.provider = w.provider and l.subject = w.subject limit 1
        ) owner
        cross join lateral (select from identity_pool p where p.id = w.pool_id and p.deleted_at is null limit 1) live
        """;

    // One login: the same without arrays. Where tables are partitioned a plan that reads one partition needs the key
    // as a parameter of its own. concat() is there to be stable, not immutable: otherwise the planner would find that a plan for each
    // execution reads fewer partitions than one for all, and plan anew each time, which costs more than the statement.
    internal const string OwnerSql = """
        select l.identity_id from login_owner l
        where l.pool_id = $1 and l.kind = $2 and l.provider = $3 and l.subject = concat($4::text)
            and exists (select from identity_pool p where p.id = $1 and p.deleted_at is null)
        limit 1
        """;

    internal const string LoadOneSql = """
        select i.id, i.pool_id, i.state, i.created_at, i.version, l.kind, l.provider, l.subject, l.full_subject, now() - i.last_used_at
        from identity i
        cross join lateral (select from identity_pool p where p.id = i.pool_id and p.deleted_at is null limit 1) live
        left join lateral (select * from login where login.identity_id = concat($1::text) offset 0) l on true
        where i.id = concat($1::text)
        order by l.kind, l.provider, l.subject
        """;

    // Each id on its own, because for "= any" every partition would be asked for every id.
    internal const string LoadSql = """
        select i.id, i.pool_id, i.state, i.created_at, i.version, l.kind, l.provider, l.subject, l.full_subject, now() - i.last_used_at
        from unnest($1::text[]) as w (id)
        cross join lateral (select * from identity where identity.id = w.id limit 1) i
        cross join lateral (select from identity_pool p where p.id = i.pool_id and p.deleted_at is null limit 1) live
        left join lateral (select * from login where login.identity_id = w.id offset 0) l on true
        order by i.id, l.kind, l.provider, l.subject
        """;

    private readonly Database _db;
    private readonly Batches<(PoolId Pool, Login Login), IdentityId?> _owners;
    private readonly Batches<IdentityId, Identity?> _identities;

    public IdentityReads(Database db, TimeProvider clock)
    {
        _db = db;
        _owners = new(OwnerAloneAsync, OwnersTogetherAsync, clock);
        _identities = new(LoadAloneAsync, LoadTogetherAsync, clock);
    }

    public Task<IdentityId?> OwnerAsync(PoolId pool, Login login) => _owners.AskAsync((pool, login));

    /// <summary>One for each login, or null.</summary>
    public Task<IReadOnlyList<IdentityId?>> OwnersAsync(PoolId pool, IEnumerable<Login> logins) =>
        OwnersTogetherAsync([.. logins.Select(login => (pool, login))]);

    public Task<Identity?> LoadAsync(IdentityId id) => _identities.AskAsync(id);

    /// <summary>Those that exist.</summary>
    public Task<IReadOnlyList<Identity>> LoadAsync(IEnumerable<IdentityId> ids) =>
        _db.ReadAsync(
            LoadSql,
            (command, stop) => ReadAsync(command, Parameter.Of(ids.Select(id => id.Value).Distinct().ToArray()), stop),
            default);

    public void Dispose()
    {
        _owners.Dispose();
        _identities.Dispose();
    }

    private Task<IdentityId?> OwnerAloneAsync((PoolId Pool, Login Login) asked) =>
        _db.ReadAsync<IdentityId?>(OwnerSql, async (command, stop) =>
        {
            command.Parameters.Add(Parameter.Of(asked.Pool.Value));
            command.Parameters.Add(Parameter.Of((short)asked.Login.Kind));
            command.Parameters.Add(Parameter.Of(asked.Login.Provider));
            command.Parameters.Add(Parameter.Of(StoredSubject.Of(asked.Login.Subject).Subject));
            return await command.ExecuteScalarAsync(stop) is string owner ? new IdentityId(owner) : null;
        }, default);

    private Task<IReadOnlyList<IdentityId?>> OwnersTogetherAsync((PoolId Pool, Login Login)[] asked) =>
        _db.ReadAsync<IReadOnlyList<IdentityId?>>(OwnersSql, async (command, stop) =>
        {
            command.Parameters.Add(Parameter.Of(Array.ConvertAll(asked, one => one.Pool.Value)));
            command.Parameters.Add(Parameter.Of(Array.ConvertAll(asked, one => (short)one.Login.Kind)));
            command.Parameters.Add(Parameter.Of(Array.ConvertAll(asked, one => one.Login.Provider)));
            command.Parameters.Add(Parameter.Of(Array.ConvertAll(asked, one => StoredSubject.Of(one.Login.Subject).Subject)));
            await using var reader = await command.ExecuteReaderAsync(stop);
            var owners = new IdentityId?[asked.Length];
            while (await reader.ReadAsync(stop))
            {
                owners[reader.GetInt64(0) - 1] = new IdentityId(reader.GetString(1));
            }

            return owners;
        }, default);

    private async Task<Identity?> LoadAloneAsync(IdentityId id) =>
        (await _db.ReadAsync(LoadOneSql, (command, stop) => ReadAsync(command, Parameter.Of(id.Value), stop), default)) is [var found]
            ? found
            : null;

    private async Task<IReadOnlyList<Identity?>> LoadTogetherAsync(IdentityId[] ids)
    {
        var found = (await LoadAsync(ids)).ToDictionary(identity => identity.Id);
        return Array.ConvertAll(ids, found.GetValueOrDefault);
    }

    private static async Task<IReadOnlyList<Identity>> ReadAsync(NpgsqlCommand command, NpgsqlParameter ids, CancellationToken stop)
    {
        command.Parameters.Add(ids);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var found = new List<Identity>();
        var logins = new List<Login>();
        while (await reader.ReadAsync(stop))
        {
            var id = new IdentityId(reader.GetString(0));
            if (found.Count == 0 || found[^1].Id != id)
            {
                logins = [];
                found.Add(new Identity(
                    id, new PoolId(reader.GetString(1)), (IdentityState)reader.GetInt16(2),
                    reader.GetFieldValue<DateTimeOffset>(3), reader.GetInt32(4), logins)
                {
                    Unused = reader.IsDBNull(9) ? TimeSpan.MaxValue : reader.GetFieldValue<TimeSpan>(9),
                });
            }

            if (!reader.IsDBNull(5))
            {
                logins.Add(ReadLogin(reader));
            }
        }

        return found;
    }

    private static Login ReadLogin(NpgsqlDataReader reader)
    {
        var subject = new StoredSubject(reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8));
        return new Login((LoginKind)reader.GetInt16(5), reader.GetString(6), subject.Restore());
    }
}

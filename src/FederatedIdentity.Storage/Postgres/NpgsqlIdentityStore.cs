using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Identities in PostgreSQL: every method is one statement and one round trip, and commits whole or not at all. What was repeated, because
/// nobody knows how the first attempt ended, is looked at once more before it counts as lost.
/// </summary>
internal sealed class NpgsqlIdentityStore(Database db) : IIdentityStore
{
    // Parallel arrays keep one prepared plan for any number of logins. The statements leave the planner one way, by the key of what is
    // asked for: a plan made while the database was still empty is kept, and must not read a whole pool once it has filled. That is
    // what "lateral (… limit 1)" is for, and why nothing is joined that an array can name.
    internal const string OwnersSql = """
        select w.n, owner.identity_id
        from unnest($2::smallint[], $3::text[], $4::text[]) with ordinality as w (kind, provider, subject, n)
        cross join lateral (
            select l.identity_id from login_owner l
            where l.pool_id = $1 and l.kind = w.kind and l.provider = w.provider and l.subject = w.subject limit 1
        ) owner
        where exists (select from identity_pool p where p.id = $1 and p.deleted_at is null)
        """;

    // One login, as most calls present: the same without arrays. Where tables are partitioned a plan that reads one partition needs the key
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

    internal const string LoadSql = """
        select i.id, i.pool_id, i.state, i.created_at, i.version, l.kind, l.provider, l.subject, l.full_subject, now() - i.last_used_at
        from identity i
        cross join lateral (select from identity_pool p where p.id = i.pool_id and p.deleted_at is null limit 1) live
        left join lateral (select * from login where login.identity_id = i.id offset 0) l on true
        where i.id = any ($1::text[])
        order by i.id, l.kind, l.provider, l.subject
        """;

    // Nobody knows the id before it is acknowledged, so what a repeated insert meets under it is what the first one left. The update makes
    // it wait for whatever the first one waits for. Another identity with this id, if there can be one, stays as it is.
    internal const string CreateGuestSql = """
        insert into identity (id, pool_id, state, version, created_at, modified_at)
        select $1, p.id, 0, 1, $3, $3 from identity_pool p where p.id = $2 and p.deleted_at is null
        on conflict (id) do update set modified_at = excluded.modified_at
            where identity.pool_id = excluded.pool_id and identity.version = 1 and identity.created_at = excluded.created_at
        returning true
        """;

    // A repeated one fails at the identity's id, and whoever decides again finds that identity as the owner.
    internal const string CreateSql = """
        with born as (
            insert into identity (id, pool_id, state, version, created_at, modified_at)
            select $1, p.id, 1, 1, $3, $3 from identity_pool p where p.id = $2 and p.deleted_at is null
            returning id, pool_id
        ), linked as (
            insert into login (pool_id, kind, provider, subject, full_subject, identity_id, created_at)
            select born.pool_id, w.kind, w.provider, w.subject, w.full_subject, born.id, $3
            from born
            cross join unnest($4::smallint[], $5::text[], $6::text[], $7::bytea[])
                with ordinality as w (kind, provider, subject, full_subject, n)
            order by w.n
        )
        select exists (select from born)
        """;

    // The named identities are locked in the order of their ids, at their newest version; go has its one row when all are still as they
    // were decided on. The other parts see the snapshot from before the locks, which is good enough: a login moves only in a transaction
    // that changed the version of its identity, so an unchanged version means unchanged logins.
    internal const string LinkSql = """
        with named as (
            select i.pool_id = $1 and i.version = ($3::integer[])[array_position($2::text[], i.id)] as unchanged
            from identity i
            where i.id = any ($2)
            order by i.id
            for no key update
        ), go as (
            select from identity_pool p
            where p.id = $1 and p.deleted_at is null and (select count(*) from named where unchanged) = cardinality($2)
        ), changed as (
            update identity i
            set state = case when i.id = $4 then 1 else 2 end, version = i.version + 1, modified_at = $5
            where i.id = any ($2) and exists (select from go)
        ), moved as (
            update login l
            set identity_id = $4
            where l.identity_id = any ($2) and l.identity_id <> $4 and exists (select from go)
        ), linked as (
            insert into login (pool_id, kind, provider, subject, full_subject, identity_id, created_at)
            select $1, w.kind, w.provider, w.subject, w.full_subject, $4, $5
            from go
            cross join unnest($6::smallint[], $7::text[], $8::text[], $9::bytea[])
                with ordinality as w (kind, provider, subject, full_subject, n)
            order by w.n
        )
        select exists (select from go)
        """;

    // As above: the version is compared under the row's lock, and changes with every change of the logins.
    internal const string UnlinkSql = """
        with changed as (
            update identity i
            set state = $3, version = i.version + 1, modified_at = $4
            where i.id = $1 and i.version = $2
                and exists (select from identity_pool p where p.id = i.pool_id and p.deleted_at is null)
            returning i.id, i.pool_id
        ), removed as (
            delete from login l
            using changed
            cross join unnest($5::smallint[], $6::text[], $7::text[]) as w (kind, provider, subject)
            where l.pool_id = changed.pool_id and l.kind = w.kind and l.provider = w.provider and l.subject = w.subject
                and l.identity_id = changed.id
        )
        select exists (select from changed)
        """;

    // Locked in the order of their ids, as everywhere. The comparison is always true and makes the locks come first.
    internal const string NoteUsesSql = """
        with named as (
            select i.id from identity i where i.id = any ($1) order by i.id for no key update
        )
        update identity i set last_used_at = now()
        where i.id = any ($1) and (select count(*) from named) >= 0
        returning i.id
        """;

    public async ValueTask<IReadOnlyDictionary<Login, IdentityId>> OwnersAsync(
        PoolId pool, IReadOnlyList<Login> logins, CancellationToken ct)
    {
        if (logins.Count == 0)
        {
            return new Dictionary<Login, IdentityId>();
        }

        if (logins is [var only])
        {
            return await OwnerAsync(pool, only, ct);
        }

        return await db.ReadAsync<IReadOnlyDictionary<Login, IdentityId>>(OwnersSql, async (command, stop) =>
        {
            command.Parameters.Add(Of(pool.Value));
            AddLogins(command, logins, withFullSubjects: false);
            await using var reader = await command.ExecuteReaderAsync(stop);
            var owners = new Dictionary<Login, IdentityId>(logins.Count);
            while (await reader.ReadAsync(stop))
            {
                owners[logins[(int)reader.GetInt64(0) - 1]] = new IdentityId(reader.GetString(1));
            }

            return owners;
        }, ct);
    }

    public async ValueTask<IReadOnlyList<Identity>> LoadAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct) =>
        ids.Count switch
        {
            0 => [],
            1 => await db.ReadAsync(LoadOneSql, (command, stop) => LoadAsync(command, Of(ids.First().Value), stop), ct),
            _ => await db.ReadAsync(LoadSql, (command, stop) => LoadAsync(command, Of(ids.Select(id => id.Value).ToArray()), stop), ct),
        };

    public async ValueTask<CreateOutcome> TryCreateAsync(
        IdentityId id, PoolId pool, IReadOnlyList<Login> logins, DateTimeOffset now, CancellationToken ct)
    {
        var written = await WriteAsync(logins.Count == 0 ? CreateGuestSql : CreateSql, command =>
        {
            command.Parameters.Add(Of(id.Value));
            command.Parameters.Add(Of(pool.Value));
            command.Parameters.Add(Of(now.UtcDateTime));
            if (logins.Count > 0)
            {
                AddLogins(command, [.. logins.Order(Login.WriteOrder)], withFullSubjects: true);
            }
        }, ct);
        return written.Value switch
        {
            true => CreateOutcome.Created,
            false => CreateOutcome.PoolNotFound,
            null => CreateOutcome.LoginTaken,
        };
    }

    public async ValueTask<bool> TryLinkAsync(LinkDecision.Link link, DateTimeOffset now, CancellationToken ct)
    {
        Identity[] named = [link.Survivor, .. link.Absorbed];
        var written = await WriteAsync(LinkSql, command =>
        {
            command.Parameters.Add(Of(link.Survivor.Pool.Value));
            command.Parameters.Add(Of(named.Select(identity => identity.Id.Value).ToArray()));
            command.Parameters.Add(Of(named.Select(identity => identity.Version).ToArray()));
            command.Parameters.Add(Of(link.Survivor.Id.Value));
            command.Parameters.Add(Of(now.UtcDateTime));
            AddLogins(command, [.. link.NewLogins.Order(Login.WriteOrder)], withFullSubjects: true);
        }, ct);
        return written.Value == true
            || (written.IsRepeated && link.IsCarriedOut(await LoadAsync([.. named.Select(identity => identity.Id)], ct)));
    }

    public async ValueTask<bool> TryUnlinkAsync(UnlinkDecision.Remove remove, DateTimeOffset now, CancellationToken ct)
    {
        var written = await WriteAsync(UnlinkSql, command =>
        {
            command.Parameters.Add(Of(remove.Identity.Id.Value));
            command.Parameters.Add(Of(remove.Identity.Version));
            command.Parameters.Add(Of((short)remove.Next));
            command.Parameters.Add(Of(now.UtcDateTime));
            AddLogins(command, remove.Logins, withFullSubjects: false);
        }, ct);
        return written.Value == true
            || (written.IsRepeated && await LoadAsync([remove.Identity.Id], ct) is [var current] && remove.IsCarriedOut(current));
    }

    private Task<IReadOnlyDictionary<Login, IdentityId>> OwnerAsync(PoolId pool, Login login, CancellationToken ct) =>
        db.ReadAsync<IReadOnlyDictionary<Login, IdentityId>>(OwnerSql, async (command, stop) =>
        {
            command.Parameters.Add(Of(pool.Value));
            command.Parameters.Add(Of((short)login.Kind));
            command.Parameters.Add(Of(login.Provider));
            command.Parameters.Add(Of(StoredSubject.Of(login.Subject).Subject));
            var owners = new Dictionary<Login, IdentityId>(1);
            if (await command.ExecuteScalarAsync(stop) is string owner)
            {
                owners[login] = new IdentityId(owner);
            }

            return owners;
        }, ct);

    /// <summary>Null when another request was faster, which is the same to a caller whichever way the database noticed.</summary>
    private Task<Written<bool?>> WriteAsync(string sql, Action<NpgsqlCommand> addParameters, CancellationToken ct) =>
        db.WriteAsync<bool?>(sql, async (command, stop) =>
        {
            addParameters(command);
            try
            {
                return await command.ExecuteScalarAsync(stop) is true;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                return null;
            }
        }, ct);

    private static async Task<IReadOnlyList<Identity>> LoadAsync(
        NpgsqlCommand command, NpgsqlParameter ids, CancellationToken stop)
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

    public async ValueTask<IReadOnlyCollection<IdentityId>> NoteUsesAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct) =>
        (await db.WriteAsync<IReadOnlyCollection<IdentityId>>(NoteUsesSql, async (command, stop) =>
        {
            command.Parameters.Add(Of(ids.Select(id => id.Value).ToArray()));
            await using var reader = await command.ExecuteReaderAsync(stop);
            var existing = new List<IdentityId>(ids.Count);
            while (await reader.ReadAsync(stop))
            {
                existing.Add(new IdentityId(reader.GetString(0)));
            }

            return existing;
        }, ct)).Value;

    private static Login ReadLogin(NpgsqlDataReader reader)
    {
        var subject = new StoredSubject(reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8));
        return new Login((LoginKind)reader.GetInt16(5), reader.GetString(6), subject.Restore());
    }

    private static void AddLogins(NpgsqlCommand command, IReadOnlyList<Login> logins, bool withFullSubjects)
    {
        var subjects = logins.Select(login => StoredSubject.Of(login.Subject)).ToArray();
        command.Parameters.Add(Of(logins.Select(login => (short)login.Kind).ToArray()));
        command.Parameters.Add(Of(logins.Select(login => login.Provider).ToArray()));
        command.Parameters.Add(Of(subjects.Select(subject => subject.Subject).ToArray()));
        if (withFullSubjects)
        {
            command.Parameters.Add(Of(subjects.Select(subject => subject.FullSubject).ToArray()));
        }
    }

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };
}

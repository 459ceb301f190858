using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Identities in PostgreSQL: every method is one statement and one round trip, and commits whole or not at all. What was repeated, because
/// nobody knows how the first attempt ended, is looked at once more before it counts as lost.
/// </summary>
internal sealed class NpgsqlIdentityStore(Database db, IdentityReads reads, NewIdentities newIdentities) : IIdentityStore
{
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
        var found = logins switch
        {
            [] => [],
            [var only] => [await reads.OwnerAsync(pool, only).WaitAsync(ct)],
            _ => await reads.OwnersAsync(pool, logins).WaitAsync(ct),
        };
        var owners = new Dictionary<Login, IdentityId>(logins.Count);
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i] is { } owner)
            {
                owners[logins[i]] = owner;
            }
        }

        return owners;
    }

    public async ValueTask<IReadOnlyList<Identity>> LoadAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct) => ids.Count switch
    {
        0 => [],
        1 => await reads.LoadAsync(ids.First()).WaitAsync(ct) is { } only ? [only] : [],
        _ => await reads.LoadAsync(ids).WaitAsync(ct),
    };

    public async ValueTask<CreateOutcome> TryCreateAsync(
        IdentityId id, PoolId pool, IReadOnlyList<Login> logins, DateTimeOffset now, CancellationToken ct) =>
        await newIdentities.CreateAsync(new NewIdentity(id, pool, logins, now)).WaitAsync(ct);

    public async ValueTask<bool> TryLinkAsync(LinkDecision.Link link, DateTimeOffset now, CancellationToken ct)
    {
        Identity[] named = [link.Survivor, .. link.Absorbed];
        var written = await WriteAsync(LinkSql, command =>
        {
            command.Parameters.Add(Parameter.Of(link.Survivor.Pool.Value));
            command.Parameters.Add(Parameter.Of(named.Select(identity => identity.Id.Value).ToArray()));
            command.Parameters.Add(Parameter.Of(named.Select(identity => identity.Version).ToArray()));
            command.Parameters.Add(Parameter.Of(link.Survivor.Id.Value));
            command.Parameters.Add(Parameter.Of(now.UtcDateTime));
            Parameter.AddLogins(command, [.. link.NewLogins.Order(Login.WriteOrder)], withFullSubjects: true);
        }, ct);
        return written.Value == true
            || (written.IsRepeated && link.IsCarriedOut(await LoadAsync([.. named.Select(identity => identity.Id)], ct)));
    }

    public async ValueTask<bool> TryUnlinkAsync(UnlinkDecision.Remove remove, DateTimeOffset now, CancellationToken ct)
    {
        var written = await WriteAsync(UnlinkSql, command =>
        {
            command.Parameters.Add(Parameter.Of(remove.Identity.Id.Value));
            command.Parameters.Add(Parameter.Of(remove.Identity.Version));
            command.Parameters.Add(Parameter.Of((short)remove.Next));
            command.Parameters.Add(Parameter.Of(now.UtcDateTime));
            Parameter.AddLogins(command, remove.Logins, withFullSubjects: false);
        }, ct);
        return written.Value == true
            || (written.IsRepeated && await LoadAsync([remove.Identity.Id], ct) is [var current] && remove.IsCarriedOut(current));
    }

    public async ValueTask<IReadOnlyCollection<IdentityId>> NoteUsesAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct) =>
        (await db.WriteAsync<IReadOnlyCollection<IdentityId>>(NoteUsesSql, async (command, stop) =>
        {
            command.Parameters.Add(Parameter.Of(ids.Select(id => id.Value).ToArray()));
            await using var reader = await command.ExecuteReaderAsync(stop);
            var existing = new List<IdentityId>(ids.Count);
            while (await reader.ReadAsync(stop))
            {
                existing.Add(new IdentityId(reader.GetString(0)));
            }

            return existing;
        }, ct)).Value;

    /// <summary>Null when another request was faster, which is the same to a caller whichever way the database noticed.</summary>
    private Task<Written<bool?>> WriteAsync(string sql, Action<NpgsqlCommand> addParameters, CancellationToken ct) =>
        db.WriteAsync<bool?>(sql, async (command, stop) =>
        {
            addParameters(command);
            try
            {
                return await command.ExecuteScalarAsync(stop) is true;
            }
            catch (PostgresException faster) when (PostgresFailure.IsLostRace(faster))
            {
                return null;
            }
        }, ct);
}

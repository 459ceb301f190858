using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Identities that are made. Those that are wanted at the same time are made by one statement, and so by one commit.</summary>
internal sealed class NewIdentities : IDisposable
{
    // Nobody knows the id before it is acknowledged, so what a repeated insert meets under it is what the first one left. The update makes
    // it wait for whatever the first one waits for. Another identity with this id, if there can be one, stays as it is.
    internal const string GuestsSql = """
        insert into identity (id, pool_id, state, version, created_at, modified_at)
        select w.id, w.pool_id, 0, 1, w.created_at, w.created_at
        from unnest($1::text[], $2::text[], $3::timestamptz[]) as w (id, pool_id, created_at)
        cross join lateral (select from identity_pool p where p.id = w.pool_id and p.deleted_at is null limit 1) live
        on conflict (id) do update set modified_at = excluded.modified_at
            where identity.pool_id = excluded.pool_id and identity.version = 1 and identity.created_at = excluded.created_at
        returning id
        """;

    // A repeated one fails at the identity's id, and whoever decides again finds that identity as the owner.
    internal const string UsersSql = """
        with born as (
            insert into identity (id, pool_id, state, version, created_at, modified_at)
            select w.id, w.pool_id, 1, 1, w.created_at, w.created_at
            from unnest($1::text[], $2::text[], $3::timestamptz[]) as w (id, pool_id, created_at)
            cross join lateral (select from identity_pool p where p.id = w.pool_id and p.deleted_at is null limit 1) live
            returning id
        ), linked as (
            insert into login (pool_id, kind, provider, subject, full_subject, identity_id, created_at)
            select w.pool_id, w.kind, w.provider, w.subject, w.full_subject, w.identity_id, w.created_at
            from unnest($4::text[], $5::timestamptz[], $6::text[], $7::smallint[], $8::text[], $9::text[], $10::bytea[])
                with ordinality as w (identity_id, created_at, pool_id, kind, provider, subject, full_subject, n)
            where w.identity_id in (select born.id from born)
            order by w.n
        )
        select born.id from born
        """;

    private static readonly Comparer<(PoolId Pool, Login Login)> _writeOrder = Comparer<(PoolId Pool, Login Login)>.Create((a, b) =>
        string.CompareOrdinal(a.Pool.Value, b.Pool.Value) is var byPool and not 0 ? byPool : Login.WriteOrder.Compare(a.Login, b.Login));

    private readonly Database _db;
    private readonly Batches<NewIdentity, CreateOutcome> _guests;
    private readonly Batches<NewIdentity, CreateOutcome> _users;

    public NewIdentities(Database db, TimeProvider clock)
    {
        _db = db;
        _guests = new(async guest => (await GuestsAsync([guest]))[0], GuestsAsync, clock, limits: BatchLimits.OfCommits);
        _users = new(UserAsync, UsersAsync, clock); // One that fails undoes the others, so there are not too many of them.
    }

    public Task<CreateOutcome> CreateAsync(NewIdentity identity) =>
        (identity.Logins.Count == 0 ? _guests : _users).AskAsync(identity);

    public void Dispose()
    {
        _guests.Dispose();
        _users.Dispose();
    }

    private async Task<IReadOnlyList<CreateOutcome>> GuestsAsync(NewIdentity[] guests)
    {
        var written = await _db.WriteAsync(GuestsSql, (command, stop) =>
        {
            AddIdentities(command, guests);
            return IdsAsync(command, stop);
        }, default);
        return Outcomes(guests, written.Value);
    }

    private async Task<CreateOutcome> UserAsync(NewIdentity user) =>
        await InsertAsync([user]) is { } created ? Outcomes([user], created)[0] : CreateOutcome.LoginTaken;

    /// <summary>A login that is taken, or a row that PostgreSQL dislikes, undoes them all: then each is tried alone.</summary>
    private async Task<IReadOnlyList<CreateOutcome>> UsersAsync(NewIdentity[] users) =>
        await InsertAsync(users) is { } created ? Outcomes(users, created) : await Task.WhenAll(users.Select(UserAsync));

    /// <summary>The ids that were created; null when nothing was, because of one that another request was faster with.</summary>
    private async Task<HashSet<string>?> InsertAsync(NewIdentity[] users)
    {
        var written = await _db.WriteAsync<HashSet<string>?>(UsersSql, async (command, stop) =>
        {
            AddIdentities(command, users);
            AddLogins(command, users);
            try
            {
                return await IdsAsync(command, stop);
            }
            catch (PostgresException said) when (PostgresFailure.IsLostRace(said) || (users.Length > 1 && PostgresFailure.IsAboutRows(said)))
            {
                return null;
            }
        }, default);
        return written.Value;
    }

    private static CreateOutcome[] Outcomes(NewIdentity[] wanted, HashSet<string> created) =>
        Array.ConvertAll(wanted, identity => created.Contains(identity.Id.Value) ? CreateOutcome.Created : CreateOutcome.PoolNotFound);

    private static async Task<HashSet<string>> IdsAsync(NpgsqlCommand command, CancellationToken stop)
    {
        await using var reader = await command.ExecuteReaderAsync(stop);
        var ids = new HashSet<string>();
        while (await reader.ReadAsync(stop))
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }

    private static void AddIdentities(NpgsqlCommand command, NewIdentity[] identities)
    {
        command.Parameters.Add(Parameter.Of(Array.ConvertAll(identities, identity => identity.Id.Value)));
        command.Parameters.Add(Parameter.Of(Array.ConvertAll(identities, identity => identity.Pool.Value)));
        command.Parameters.Add(Parameter.Of(Array.ConvertAll(identities, identity => identity.At.UtcDateTime)));
    }

    /// <summary>In one order everywhere, so that two statements cannot wait for each other.</summary>
    private static void AddLogins(NpgsqlCommand command, NewIdentity[] identities)
    {
        var rows = identities.SelectMany(identity => identity.Logins.Select(login => (Identity: identity, Login: login)))
            .OrderBy(row => (row.Identity.Pool, row.Login), _writeOrder).ToArray();
        command.Parameters.Add(Parameter.Of(Array.ConvertAll(rows, row => row.Identity.Id.Value)));
        command.Parameters.Add(Parameter.Of(Array.ConvertAll(rows, row => row.Identity.At.UtcDateTime)));
        command.Parameters.Add(Parameter.Of(Array.ConvertAll(rows, row => row.Identity.Pool.Value)));
        Parameter.AddLogins(command, Array.ConvertAll(rows, row => row.Login), withFullSubjects: true);
    }
}

/// <summary>An identity that is to be: a guest, when it has no logins.</summary>
internal sealed record NewIdentity(IdentityId Id, PoolId Pool, IReadOnlyList<Login> Logins, DateTimeOffset At);

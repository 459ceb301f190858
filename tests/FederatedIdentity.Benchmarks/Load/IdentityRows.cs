namespace FederatedIdentity.Benchmarks.Load;

/// <summary>GetId that creates an identity, beside pgbench with the server's own statement, tables, clients and durable commits.</summary>
internal static class IdentityRows
{
    private const string GuestSql = """
        insert into identity (id, pool_id, state, version, created_at, modified_at)
        select 'us-east-1:' || gen_random_uuid(), p.id, 0, 1, now(), now() from identity_pool p
        where p.id = :pool and p.deleted_at is null
        on conflict (id) do update set modified_at = excluded.modified_at
            where identity.pool_id = excluded.pool_id and identity.version = 1 and identity.created_at = excluded.created_at
        returning true;
        """;

    private const string LoginSql = """
        with born as (
            insert into identity (id, pool_id, state, version, created_at, modified_at)
            select 'us-east-1:' || gen_random_uuid(), p.id, 1, 1, now(), now() from identity_pool p
            where p.id = :pool and p.deleted_at is null
            returning id, pool_id
        ), linked as (
            insert into login (pool_id, kind, provider, subject, full_subject, identity_id, created_at)
            select born.pool_id, 0, :key, gen_random_uuid()::text, null, born.id, now() from born
        )
        select exists (select from born);
        """;

    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var (party, people) = (stage.Rs512, stage.Rs512.People);
        var guest = await sides.OfAsync("GetId new guest", party, [people.NewGuest(party.Server.Url)]);
        var login = sides.Fresh("GetId new login", [party], (_, count) => people.NewLogins(party.Server.Url, stage.Issuer, count));
        var pgbench = new Pgbench(party.Postgres, new Tiers { Postgres = sides.Postgres }, $"pool={people.Pool}", $"key={people.LoginKey}");
        var guestInsert = await pgbench.SideAsync("pgbench insert guest", stage, GuestSql);
        var loginInsert = await pgbench.SideAsync("pgbench insert login", stage, LoginSql);
        return
        [
            new("GetId new guest", guest, guestInsert, Goal.ThroughputAtLeast(0.60)),
            new("GetId new login", login, loginInsert, Goal.ThroughputAtLeast(0.60)),
        ];
    }
}

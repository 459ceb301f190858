using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether the role may do what serving needs, or what migrating needs, and whether it may do more than it should.</summary>
internal sealed class PrivilegesCheck : ICheck
{
    private const string RoleSql = """
        select rolname, rolsuper, array_remove(array[
            case when rolcreaterole then 'CREATEROLE' end, case when rolcreatedb then 'CREATEDB' end,
            case when rolreplication then 'REPLICATION' end, case when rolbypassrls then 'BYPASSRLS' end], null)
        from pg_roles where rolname = current_user
        """;

    private const string MissingSql = """
        select privilege || ' on ' || name
        from unnest($1::text[]) as tables (name)
        cross join unnest(array['select', 'insert', 'update', 'delete']) as privileges (privilege)
        where not coalesce(has_table_privilege(to_regclass(quote_ident(name)), privilege), false)
        union all
        select privilege || ' on login_owner'
        from pg_class owners
        cross join unnest(case relkind when 'v' then array['select'] else array['select', 'insert', 'delete'] end) as needed (privilege)
        where owners.oid = to_regclass('login_owner') and not has_table_privilege(owners.oid, privilege)
        """;

    private const string MayCreateSql = "select coalesce(has_schema_privilege(current_schema(), 'create'), false)";

    public string Name => "privileges";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (await subject.DatabaseAsync() is not { Fault: null } state)
        {
            findings.Skip(Name, "the database cannot be asked");
            return;
        }

        await CheckRoleAsync(subject.DataSource, findings, ct);
        if (state.Pending.Count > 0)
        {
            await CheckMigratingAsync(subject, findings, ct);
            return;
        }

        string[] missing = [.. await MissingAsync(subject, ct)];
        if (missing is [])
        {
            findings.Ok(Name, "all that serving needs");
        }
        else
        {
            findings.Fail(Name, $"missing: {string.Join(", ", missing)}", "Grant them; docs/postgresql.md has the statements.");
        }
    }

    private static async Task CheckRoleAsync(NpgsqlDataSource database, Findings findings, CancellationToken ct)
    {
        await using var command = database.CreateCommand(RoleSql);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var (name, more) = (row.GetString(0), row.GetFieldValue<string[]>(2));
        findings.WarnIf(
            row.GetBoolean(1) || more is not [], "database role",
            row.GetBoolean(1) ? $"{name} is a superuser" : more is [] ? name : $"{name} may {string.Join(", ", more)}",
            "Serve as a role without attributes, which owns nothing beside its schema; see docs/postgresql.md.");
    }

    private async Task CheckMigratingAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        await using var command = subject.DataSource.CreateCommand(MayCreateSql);
        if (await command.ExecuteScalarAsync(ct) is true)
        {
            findings.Ok(Name, "the role may create tables");
        }
        else if (subject.BeforeMigration)
        {
            findings.Ok(
                Name, "this role may not create tables, so another one has to migrate",
                "If migrations run as this role, grant it create on the schema.");
        }
        else
        {
            findings.Skip(Name, "the schema is not current yet");
        }
    }

    private static async Task<IEnumerable<string>> MissingAsync(Subject subject, CancellationToken ct)
    {
        var factory = subject.Services.GetRequiredService<IDbContextFactory<ControlPlaneDb>>();
        await using var db = await factory.CreateDbContextAsync(ct);
        string[] tables = [.. db.Model.GetEntityTypes().Select(type => type.GetTableName()).OfType<string>().Distinct()];
        await using var command = subject.DataSource.CreateCommand(MissingSql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = tables });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var missing = new List<string>();
        while (await rows.ReadAsync(ct))
        {
            missing.Add(rows.GetString(0));
        }

        return missing;
    }
}

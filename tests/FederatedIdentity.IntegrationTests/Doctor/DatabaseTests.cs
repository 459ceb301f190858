using System.Net;
using System.Net.Sockets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Doctor;

/// <summary>What the doctor verb finds wrong with databases.</summary>
public sealed class DatabaseTests(DoctorFixture deployment) : IClassFixture<DoctorFixture>
{
    [Fact]
    public async Task An_empty_database_fails_and_is_what_is_expected_before_the_first_migration()
    {
        await using var empty = await TestDatabase.CreateAsync();
        var settings = deployment.Settings(empty.ConnectionString);

        var examined = await Examination.OfAsync(settings);
        Assert.Equal(1, examined.Status);
        examined.Has("schema", "fail", "empty; this version needs", "federated-identity migrate");
        examined.Has("signing keys", "skip", "the schema is not current yet");
        examined.Has("providers", "skip");

        var before = await Examination.OfAsync(settings, "--before-migration");
        Assert.True(before.Status == 0, before.Output);
        before.Has("schema", "ok", "empty; to be applied: 00000000000001_initial");
        before.Has("privileges", "ok", "may create tables");
        before.Has("master key", "skip");
    }

    [Fact]
    public async Task An_older_schema_fails_and_a_newer_one_is_a_warning()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = deployment.Settings(
            database.ConnectionString, ("FederatedIdentity__Issuer", $"http://127.0.0.1:{ServerProcess.FreePort()}"));
        await TestServer.MigrateAsync(settings);
        await database.ScalarAsync("""insert into "__EFMigrationsHistory" values ('9999_of_tomorrow', '10.0.0')""");

        var newer = await Examination.OfAsync(settings, "--before-migration");
        Assert.True(newer.Status == 0, newer.Output);
        newer.Has("schema", "warn", "9999_of_tomorrow");

        await database.ScalarAsync("""delete from "__EFMigrationsHistory" where "MigrationId" >= '00000000000005'""");
        var older = await Examination.OfAsync(settings);
        Assert.Equal(1, older.Status);
        older.Has("schema", "fail", "this version needs 00000000000005");
        older.Has("stored signing keys", "ok"); // Tried whatever the schema.
    }

    [Fact]
    public async Task A_layout_that_was_not_asked_for_is_a_warning()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = deployment.Settings(database.ConnectionString, ("FederatedIdentity__Postgres__Partitions", "4"));
        await TestServer.MigrateAsync(settings);

        (await Examination.OfAsync(settings, "--before-migration")).Has("layout", "ok", "4 partitions");
        settings["FederatedIdentity__Postgres__Partitions"] = "8";
        (await Examination.OfAsync(settings, "--before-migration")).Has("layout", "warn", "4 partitions", "docs/scaling.md");
        var (status, log) = await ServerProcess.RunAsync(settings, "migrate");
        Assert.Equal(1, status);
        Assert.Contains("4 partitions, and FederatedIdentity:Postgres:Partitions asks for 8 partitions", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_that_has_ended_fails_and_keys_that_are_overdue_are_a_warning()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = deployment.Settings(database.ConnectionString);
        await TestServer.MigrateAsync(settings);
        await database.ScalarAsync("""
            insert into account (id, created_at) values ('000000000000', now());
            insert into saml_provider (arn, account_id, name, id, metadata, entity_id, signing_keys, valid_until, version, created_at)
            values ('arn:aws:iam::000000000000:saml-provider/old', '000000000000', 'old', gen_random_uuid(), '<x/>', 'e', array['\x00'::bytea],
                now() - interval '1 day', 1, now());
            insert into session_key (id, wrapped_key, created_at) values ('0011223344556677', '\x00', now() - interval '2 days');
            """);

        var examined = await Examination.OfAsync(settings);

        Assert.Equal(1, examined.Status);
        examined.Has("arn:aws:iam::000000000000:saml-provider/old", "fail", "vouches for nobody since");
        examined.Has("session keys", "warn", "48");
    }

    [Fact]
    public async Task A_database_that_is_not_there_fails_and_everything_else_is_looked_at()
    {
        var examined = await Examination.OfAsync(deployment.Settings(
            $"Host=127.0.0.1;Port={ServerProcess.FreePort()};Username=u;Password=very-secret-word;Database=d"));

        Assert.Equal(1, examined.Status);
        Assert.Equal(["database"], examined.With("fail"));
        string[] dependent = ["schema", "privileges", "clock", "master key", "signing keys", "session keys", "bootstrap key", "SAML providers"];
        Assert.Empty(dependent.Except(examined.With("skip")));
        examined.Has("issuer issuer", "ok");
        examined.Has("issuer keys", "skip");
        Assert.DoesNotContain("very-secret-word", examined.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_hangs_holds_nothing_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;

        var examined = await Examination.OfAsync(deployment.Settings($"Host=127.0.0.1;Port={port};Username=u;Password=p;Database=d"));

        Assert.Equal(1, examined.Status);
        examined.Has("issuer issuer", "ok");
        Assert.Contains("database", examined.With("fail"));
    }

    [Fact]
    public async Task A_wrong_password_and_a_wrong_name_are_told_as_postgresql_tells_them()
    {
        var password = await Examination.OfAsync(deployment.Settings(deployment.Postgres(postgres => postgres.Password = "very-wrong-word")));
        password.Has("database", "fail", "28P01");
        Assert.DoesNotContain("very-wrong-word", password.Output, StringComparison.Ordinal);

        (await Examination.OfAsync(deployment.Settings(deployment.Postgres(postgres => postgres.Database = "nowhere"))))
            .Has("database", "fail", "3D000");
    }

    [Fact]
    public async Task A_session_without_durability_is_a_warning_and_one_that_writes_nothing_fails()
    {
        (await Examination.OfAsync(deployment.Settings(deployment.Postgres(postgres => postgres.Options = "-c synchronous_commit=off"))))
            .Has("database durability", "warn", "off: synchronous_commit");

        var readOnly = await Examination.OfAsync(
            deployment.Settings(deployment.Postgres(postgres => postgres.Options = "-c default_transaction_read_only=on")));
        Assert.Equal(1, readOnly.Status);
        readOnly.Has("database writes", "fail", "it is read-only");
    }

    [Fact]
    public async Task A_pool_that_does_not_fit_is_a_warning() =>
        (await Examination.OfAsync(deployment.Settings(deployment.Postgres(postgres => postgres.MaxPoolSize = 5000))))
            .Has("database connections", "warn", "max_connections is");

    [Fact]
    public async Task A_standby_fails()
    {
        await using var pair = await PostgresPair.StartAsync();
        await TestServer.MigrateAsync(deployment.Settings(pair.Primary.ConnectionString));
        (await Examination.OfAsync(deployment.Settings(pair.Primary.ConnectionString))).Has("database writes", "ok", "a primary answers");
        await pair.Standby.EventuallyAsync("""select exists (select from "__EFMigrationsHistory" where "MigrationId" >= '00000000000005')""");

        var examined = await Examination.OfAsync(deployment.Settings(pair.Standby.ConnectionString));

        Assert.Equal(1, examined.Status);
        examined.Has("database writes", "fail", "a standby answers");
        examined.Has("schema", "ok");
    }

    [Fact]
    public async Task A_role_with_too_few_rights_fails_and_one_with_just_those_it_needs_is_well()
    {
        var role = $"doctor_{Guid.NewGuid():N}";
        await deployment.Database.ScalarAsync($"""
            create role {role} login password 'word';
            grant usage on schema public to {role};
            grant select, insert, update, delete on all tables in schema public to {role};
            revoke delete on login from {role};
            revoke select on login_owner from {role};
            """);
        var settings = deployment.Settings(deployment.Postgres(postgres => (postgres.Username, postgres.Password) = (role, "word")));

        var less = await Examination.OfAsync(settings);
        Assert.Equal(1, less.Status);
        less.Has("privileges", "fail", "missing: delete on login, select on login_owner");
        less.Has("database role", "ok", role);

        await deployment.Database.ScalarAsync($"grant delete on login to {role}; grant select on login_owner to {role}");
        var enough = await Examination.OfAsync(settings);
        await deployment.Database.ScalarAsync($"drop owned by {role}; drop role {role}");
        Assert.True(enough.Status == 0, enough.Output);
        enough.Has("privileges", "ok");
    }

    [Fact]
    public async Task A_pooler_is_recognised_and_one_that_is_denied_fails()
    {
        await using var pooler = await PgBouncerProcess.StartAsync(deployment.Database.ConnectionString);
        var settings = deployment.Settings(pooler.ConnectionString);

        (await Examination.OfAsync(settings)).Has("database pooler", "warn", "a pooler", "statement_timeout");

        settings["FederatedIdentity__Postgres__PgBouncer"] = "false";
        Assert.Equal(1, (await Examination.OfAsync(settings)).Status);
    }
}

using System.Security.Cryptography;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>Released migrations stay as they are, and those to come do not disturb the release before them.</summary>
public sealed class MigrationRulesTests
{
    private static readonly Version[] Released = [.. Release.All.Select(release => release.Version)];

    [Fact]
    public void A_migration_that_was_released_never_changes()
    {
        var recorded = File.ReadAllText(Path.Combine(Peer.RepositoryRoot, "migrations", "released.sha256"));

        var now = Release.Migrations.Concat(Release.PartitionedMigrations).Where(file => Release.NumberOf(file) <= Release.Newest.Schema)
            .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}  "
                + $"{Path.GetRelativePath(Peer.RepositoryRoot, file)}\n");

        Assert.Equal(recorded, string.Concat(now));
    }

    [Fact]
    public void Migrations_are_numbered_without_a_gap_and_releases_name_those_there_are()
    {
        Assert.Equal(Enumerable.Range(1, Release.Migrations.Count), Release.Migrations.Select(Release.NumberOf));
        Assert.All(Release.All, release => Assert.InRange(release.Schema, 1, Release.Migrations.Count));
        Assert.Equal(Release.All.OrderBy(release => release.Version).ThenBy(release => release.Schema), Release.All);
    }

    [Fact]
    public void What_is_different_for_partitions_is_a_migration_of_the_same_name() => Assert.Empty(
        Release.PartitionedMigrations.Select(Path.GetFileName).Except(Release.Migrations.Select(Path.GetFileName)));

    [Fact]
    public void A_migration_to_come_lets_the_release_before_it_work() => Assert.Empty(
        from file in Release.Migrations
        where Release.NumberOf(file) > Release.Newest.Schema
        from fault in MigrationRules.Faults(Path.GetFileName(file), File.ReadAllText(file), Released)
        select $"{Path.GetFileName(file)} {fault}");

    [Theory]
    [InlineData("alter table t drop column c")]
    [InlineData("ALTER TABLE t\n  DROP c")]
    [InlineData("alter table t alter c drop default")]
    [InlineData("drop table t")]
    [InlineData("drop index i")]
    [InlineData("alter table t rename c to d")]
    [InlineData("alter table t rename to s")]
    [InlineData("alter table t alter column c type bigint")]
    [InlineData("alter table t alter c set data type bigint")]
    [InlineData("alter table t alter column c set not null")]
    public void What_is_taken_away_must_have_been_out_of_use_since_a_release(string sql)
    {
        Assert.NotEmpty(MigrationRules.Faults("0009_more.sql", sql, Released));
        Assert.NotEmpty(MigrationRules.Faults("0009_needs_999.0.0_more.sql", sql, Released));
        Assert.Empty(MigrationRules.Faults($"0009_needs_{Released[0]}_more.sql", sql, Released));
    }

    [Theory]
    [InlineData("alter table t add column c text not null")]
    [InlineData("alter table t add column a text default '', add c text not null")]
    [InlineData("alter table t add column c numeric(10, 2) not null")]
    [InlineData("alter table t add column c uuid default gen_random_uuid()")]
    [InlineData("alter table t add column c bigint generated always as identity")]
    [InlineData("alter table t add constraint c check (a > 0)")]
    [InlineData("alter table t add check (a > 0)")]
    [InlineData("alter table t add column c text references s (id)")]
    [InlineData("create index i on t (c)")]
    [InlineData("create unique index if not exists i on only t (c)")]
    [InlineData("create index concurrently i on t (c); create index concurrently j on t (d)")]
    [InlineData("update t set c = 1")]
    [InlineData("with old as (select 1) delete from t")]
    [InlineData("insert into t select * from s")]
    [InlineData("do $$ begin drop table t; end $$")]
    [InlineData("select drop_everything()")]
    [InlineData("alter table t add column c text; alter table s add column c text")]
    [InlineData("alter table t add column c text; create trigger r after insert on s execute function f()")]
    public void What_breaks_the_release_before_or_keeps_users_waiting_is_never_right(string sql)
    {
        Assert.NotEmpty(MigrationRules.Faults("0009_more.sql", sql, Released));
        Assert.NotEmpty(MigrationRules.Faults($"0009_needs_{Released[0]}_more.sql", sql, Released));
    }

    [Theory]
    [InlineData("create table t (c text not null, constraint t_pkey primary key (c)); create index i on t (c); alter table t add d text not null")]
    [InlineData("alter table t add column c text, add d boolean not null default false, add e timestamptz default now()")]
    [InlineData("-- Whoever wrote drop table t\nalter table t add column c text; comment on column t.c is 'rename; update t'")]
    [InlineData("alter table t add constraint c check (a > 0) not valid")]
    [InlineData("alter table t validate constraint c")]
    [InlineData("create index concurrently i on t (c)")]
    [InlineData("create function f() returns trigger language plpgsql as $$ begin update t set c = 1; return null; end $$")]
    [InlineData("create trigger r after insert on t for each row execute function f()")]
    [InlineData("alter table t alter column c drop not null")]
    [InlineData("alter table t alter column c set default 1")]
    [InlineData("insert into t (c) values (1)")]
    public void What_the_release_before_does_not_notice_is_welcome(string sql) =>
        Assert.Empty(MigrationRules.Faults("0009_more.sql", sql, Released));
}

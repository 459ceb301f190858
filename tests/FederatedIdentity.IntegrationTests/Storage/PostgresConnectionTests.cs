using FederatedIdentity.Storage.Postgres;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class PostgresConnectionTests
{
    [Fact]
    public void Defaults_fill_what_the_connection_string_leaves_open()
    {
        var settings = Of("Host=db;Username=me;Password=secret");

        Assert.Equal(("db", 32, 64), (settings.Host, settings.MaxPoolSize, settings.MaxAutoPrepare));
        Assert.Equal((true, 5, 4), (settings.NoResetOnClose, settings.CommandTimeout, settings.Timeout));
        Assert.Null(settings.TargetSessionAttributes);
    }

    [Fact]
    public void The_connection_string_has_the_last_word_under_any_spelling()
    {
        var settings = Of("Host=db;MaxPoolSize=7;Max Auto Prepare=0;command timeout=3;ApplicationName=mine");

        Assert.Equal((7, 0, 3, "mine"), (settings.MaxPoolSize, settings.MaxAutoPrepare, settings.CommandTimeout, settings.ApplicationName));
    }

    [Fact]
    public void Sessions_begin_with_timeouts_and_the_operators_options_come_after_them()
    {
        Assert.Equal(
            "-c statement_timeout=4000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000"
            + " -c plan_cache_mode=force_generic_plan -c jit=off",
            Of("Host=db").Options);
        Assert.EndsWith(" -c lock_timeout=1s", Of("Host=db;Options=-c lock_timeout=1s").Options, StringComparison.Ordinal);
    }

    [Fact]
    public void PgBouncer_gets_no_options_and_nothing_prepared_whatever_the_connection_string_says()
    {
        var settings = Of("Host=db;Max Auto Prepare=20", pgBouncer: true);

        Assert.Equal((0, true, null), (settings.MaxAutoPrepare, settings.NoResetOnClose, settings.Options));
    }

    [Fact]
    public void Of_several_hosts_the_one_that_takes_writes_is_wanted_and_one_that_comes_back_is_not_asked()
    {
        var settings = Of("Host=a,b:5433");

        Assert.Equal("read-write", settings.TargetSessionAttributes);
        Assert.True(settings.HostRecheckSeconds > TimeSpan.FromDays(10_000).TotalSeconds);
        Assert.Equal("primary", Of("Host=a,b;Target Session Attributes=primary").TargetSessionAttributes);
    }

    private static NpgsqlConnectionStringBuilder Of(string connectionString, bool pgBouncer = false) =>
        new(PostgresConnection.Of(connectionString, pgBouncer).ConnectionString);
}

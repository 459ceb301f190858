using FederatedIdentity.Storage.Postgres;
using Npgsql;

namespace FederatedIdentity.UnitTests.Storage;

public sealed class PostgresFailureTests
{
    [Theory]
    [InlineData("25P03", true)] // idle_in_transaction_session_timeout
    [InlineData("25006", true)] // read_only_sql_transaction
    [InlineData("08P01", true)] // a pooler that gave up
    [InlineData("57P03", true)] // cannot_connect_now
    [InlineData("23505", false)] // unique_violation
    [InlineData("42P01", false)] // undefined_table
    [InlineData("42501", false)] // insufficient_privilege
    public void What_will_be_different_later_is_an_outage(string sqlState, bool expected) =>
        Assert.Equal(expected, PostgresFailure.IsOutage(new PostgresException("no", "ERROR", "ERROR", sqlState)));
}

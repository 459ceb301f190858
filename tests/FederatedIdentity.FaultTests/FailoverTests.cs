using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.FaultTests;

/// <summary>The primary dies and its synchronous standby takes over.</summary>
[Collection(nameof(Faults))]
public sealed class FailoverTests
{
    [Fact]
    public async Task A_promoted_standby_has_what_was_written_through_PgBouncer_before_the_primary_died()
    {
        await using var pair = await PostgresPair.StartAsync();
        await using var bouncer = await PgBouncerProcess.StartAsync(pair.Primary.ConnectionString);
        await ExecuteAsync(bouncer.ConnectionString, "create table written (number int)");
        await ExecuteAsync(bouncer.ConnectionString, "insert into written values (1)");

        await pair.Primary.KillAsync();
        await pair.Standby.PromoteAsync();
        await bouncer.PointAtAsync(pair.Standby.ConnectionString);
        await bouncer.Program.KillAsync();
        await bouncer.Program.StartAsync();

        await ExecuteAsync(bouncer.ConnectionString, "insert into written values (2)");
        Assert.Equal(2L, await pair.Standby.ScalarAsync("select count(*) from written"));
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

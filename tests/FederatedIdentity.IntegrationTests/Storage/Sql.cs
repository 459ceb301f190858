using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

/// <summary>Statements that a test writes itself.</summary>
internal static class Sql
{
    public static async Task RunAsync(this NpgsqlDataSource db, string sql)
    {
        await using var command = db.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ValueAsync<T>(this NpgsqlDataSource db, string sql)
    {
        await using var command = db.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task<string[]> LinesAsync(this NpgsqlDataSource db, string sql)
    {
        await using var command = db.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return [.. lines];
    }

    /// <summary>Returns once exactly this many sessions of the database wait for a lock.</summary>
    public static Task WaitForBlockedAsync(this NpgsqlDataSource db, long sessions) => db.WaitForAsync(
        $"(select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') = {sessions}");

    /// <summary>Returns once a condition holds.</summary>
    public static async Task WaitForAsync(this NpgsqlDataSource db, string condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await db.ValueAsync<bool>($"select {condition}"))
        {
            await Task.Delay(5, patience.Token);
        }
    }
}

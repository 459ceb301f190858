namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A primary and its synchronous standby: what the primary acknowledges, the standby has on disk. Once the primary is killed, the
/// standby can be promoted; it then writes alone and waits for nobody.
/// </summary>
internal sealed class PostgresPair : IAsyncDisposable
{
    private PostgresPair(PostgresNode primary, PostgresNode standby) => (Primary, Standby) = (primary, standby);

    public PostgresNode Primary { get; }

    public PostgresNode Standby { get; }

    /// <summary>Both hosts, and the wish for the one that takes writes.</summary>
    public string ConnectionString =>
        $"{Primary.ConnectionStringTo($"127.0.0.1:{Primary.Port},127.0.0.1:{Standby.Port}")};Target Session Attributes=read-write";

    /// <param name="settings">Of both nodes, in the form <c>name=value</c>.</param>
    public static async Task<PostgresPair> StartAsync(params string[] settings)
    {
        var primary = await PostgresNode.CreateAsync(settings);
        try
        {
            return new PostgresPair(primary, await StandbyAsync(primary));
        }
        catch
        {
            await primary.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Standby.DisposeAsync();
    }

    private static async Task<PostgresNode> StandbyAsync(PostgresNode primary)
    {
        var standby = await primary.FollowAsync();

        // Said to the primary alone, after the copy was taken: a promoted standby would wait for a standby of its own.
        await primary.ExecuteAsync("alter system set synchronous_standby_names = 'standby'");
        await primary.ExecuteAsync("select pg_reload_conf()");
        await primary.EventuallyAsync("select exists (select from pg_stat_replication where sync_state = 'sync')");
        return standby;
    }
}

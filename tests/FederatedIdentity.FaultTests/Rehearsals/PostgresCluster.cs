using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// A primary PostgreSQL with a synchronous standby behind one address, as a high-availability tool runs them: after a failover the
/// address leads to the new primary, and a new standby follows that.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly ChaosProxy _address;
    private PostgresNode _standby;

    private PostgresCluster(PostgresNode primary, PostgresNode standby, ChaosProxy address) =>
        (Primary, _standby, _address) = (primary, standby, address);

    /// <summary>The one that takes writes.</summary>
    public PostgresNode Primary { get; private set; }

    /// <summary>To whoever is the primary.</summary>
    public string ConnectionString => Primary.ConnectionStringTo($"127.0.0.1:{_address.Port}");

    /// <param name="settings">Of every node, in the form <c>name=value</c>.</param>
    public static async Task<PostgresCluster> StartAsync(params string[] settings)
    {
        var primary = await PostgresNode.CreateAsync(settings);
        try
        {
            return new(primary, await FollowAsync(primary), ChaosProxy.Start(primary.Port));
        }
        catch
        {
            await primary.DisposeAsync();
            throw;
        }
    }

    /// <summary>The machine of the primary dies.</summary>
    public Task LosePrimaryAsync() => Primary.KillAsync();

    /// <summary>The standby hangs, or goes on: it and all its processes get a signal.</summary>
    public async Task SignalStandbyAsync(string signal)
    {
        await _standby.Program.SignalAsync(signal);
        using var children = Process.Start("pkill", [$"-{signal}", "-P", $"{_standby.Program.Process.Id}"]);
        await children.WaitForExitAsync();
    }

    /// <summary>The standby takes over.</summary>
    public async Task PromoteAsync()
    {
        await _standby.PromoteAsync();
        await Primary.DisposeAsync();
        Primary = _standby;
        _address.LeadTo(Primary.Port);
    }

    /// <summary>All is lost, and the address leads to what was made from a backup. It has no standby yet.</summary>
    public async Task ReplaceAsync(PostgresNode recovered)
    {
        await Primary.DisposeAsync();
        await _standby.DisposeAsync();
        Primary = _standby = recovered;
        _address.LeadTo(Primary.Port);
    }

    /// <summary>A primary that has lost its standby gets one again, and waits for it from then on.</summary>
    public async Task MakeWholeAsync()
    {
        if (_standby == Primary)
        {
            _standby = await FollowAsync(Primary);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _address.DisposeAsync();
        await Primary.DisposeAsync();
        if (_standby != Primary)
        {
            await _standby.DisposeAsync();
        }
    }

    private static async Task<PostgresNode> FollowAsync(PostgresNode primary)
    {
        var standby = await primary.FollowAsync();

        // Said after the copy was taken: a promoted standby would wait for a standby of its own.
        await primary.ExecuteAsync("alter system set synchronous_standby_names = 'standby'");
        await primary.ExecuteAsync("select pg_reload_conf()");
        await primary.EventuallyAsync("select exists (select from pg_stat_replication where sync_state = 'sync')");
        return standby;
    }
}

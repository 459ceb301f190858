namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// One thing that is measured in turns. <paramref name="load"/> makes requests for so many seconds over so many connections and returns
/// what came of them; the CPU time of every tier is taken around it.
/// </summary>
internal sealed class Side(string name, Tiers tiers, Func<int, int, Task<Turn>> load)
{
    private static readonly TimeSpan _afterwards = TimeSpan.FromMilliseconds(200);

    public string Name => name;

    /// <summary>Before a turn of so many seconds, and not measured.</summary>
    public Func<int, Task> PrepareAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>How many servers the turns go round, each of which has to be warm.</summary>
    public int TakesTurns { get; init; } = 1;

    public async Task<Turn> RunAsync(int seconds, int connections)
    {
        await PrepareAsync(seconds);
        var (allocated, roundTrips) = (await tiers.AllocatedAsync(), await tiers.RoundTripsAsync());
        var before = Read();
        var turn = await load(seconds, connections);
        await Task.Delay(_afterwards); // What the last requests left to be done is part of their price.
        var after = Read();
        var requests = Math.Max(1, turn.Requests);
        return turn with
        {
            Failed = turn.Requests > 0 ? turn.Failed : 1,
            Server = (after.Server - before.Server) / requests,
            Postgres = (after.Postgres - before.Postgres) / requests,
            Redis = (after.Redis - before.Redis) / requests,
            Client = (after.Client - before.Client) / requests,
            Allocated = (await tiers.AllocatedAsync() - allocated) / requests,
            RoundTrips = (await tiers.RoundTripsAsync() - roundTrips) / requests,
        };
    }

    private (double Server, double Postgres, double Redis, double Client) Read() =>
        (tiers.Servers.Sum(CpuClock.OfTree), Of(tiers.Postgres), Of(tiers.Redis), CpuClock.OfEndedChildren());

    private static double Of(int? process) => process is { } id ? CpuClock.OfTree(id) : 0;
}

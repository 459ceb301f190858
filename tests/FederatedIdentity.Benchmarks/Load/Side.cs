namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// One thing that is measured in turns. <paramref name="load"/> makes requests for so many seconds over so many connections and returns
/// what came of them; the CPU time of every tier is taken around it.
/// </summary>
internal sealed class Side(string name, Tiers tiers, Func<int, int, Task<Turn>> load)
{
    private static readonly TimeSpan _afterwards = TimeSpan.FromMilliseconds(200);

    public string Name => name;

    public async Task<Turn> RunAsync(int seconds, int connections)
    {
        var (allocated, roundTrips) = (await tiers.AllocatedAsync(), await tiers.RoundTripsAsync());
        var before = Read();
        var turn = await load(seconds, connections);
        await Task.Delay(_afterwards); // What the last requests left to be done is part of their price.
        var after = Read();
        return turn with
        {
            Server = (after.Server - before.Server) / turn.Requests,
            Postgres = (after.Postgres - before.Postgres) / turn.Requests,
            Redis = (after.Redis - before.Redis) / turn.Requests,
            Client = (after.Client - before.Client) / turn.Requests,
            Allocated = (await tiers.AllocatedAsync() - allocated) / turn.Requests,
            RoundTrips = (await tiers.RoundTripsAsync() - roundTrips) / turn.Requests,
        };
    }

    private (double Server, double Postgres, double Redis, double Client) Read() =>
        (Of(tiers.Server), Of(tiers.Postgres), Of(tiers.Redis), CpuClock.OfEndedChildren());

    private static double Of(int? process) => process is { } id ? CpuClock.OfTree(id) : 0;
}

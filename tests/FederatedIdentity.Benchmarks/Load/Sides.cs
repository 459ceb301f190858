namespace FederatedIdentity.Benchmarks.Load;

/// <summary>Makes sides of servers, ceilings and the requests for them.</summary>
internal sealed class Sides(Stage stage)
{
    // Of a second. A turn that runs out of them is invalid, so there are more than the fastest one so far would have used.
    private const int FewestFresh = 10_000;
    private const double MoreFresh = 2;

    public int Postgres => stage.Postgres.Program.Process.Id;

    /// <summary>A server that gets the same requests over and over.</summary>
    public async Task<Side> OfAsync(string name, Party party, IEnumerable<string> requests) =>
        Of(name, party.Server.Url, TiersOf(party), await stage.FileAsync(requests));

    /// <summary>A path of a ceiling.</summary>
    public async Task<Side> OfAsync(string name, CeilingProcess ceiling, IEnumerable<string> requests) => Of(
        name,
        ceiling.Url,
        new Tiers { Servers = [ceiling.Id], Postgres = Postgres, AllocatedAsync = ceiling.AllocatedAsync },
        await stage.FileAsync(requests));

    /// <summary>Requests that are good for one turn: the next one gets others, made before it begins.</summary>
    public Side Fresh(string name, Party party, Func<int, IEnumerable<string>> requests)
    {
        var (file, fastest) = ("", 0.0);
        return new(name, TiersOf(party), async (seconds, connections) =>
        {
            var turn = await Wrk.RunAsync(party.Server.Url, file, seconds, connections, once: true);
            fastest = Math.Max(fastest, turn.PerSecond);
            return turn;
        })
        {
            PrepareAsync = async seconds => file = await stage.FileAsync(requests((int)(seconds * Math.Max(FewestFresh, MoreFresh * fastest))), file),
        };
    }

    /// <summary>Requests that are signed anew for each turn.</summary>
    public Side Signed(string name, Party party, Func<IEnumerable<string>> requests)
    {
        var file = "";
        return new(name, TiersOf(party), (seconds, connections) => Wrk.RunAsync(party.Server.Url, file, seconds, connections))
        {
            PrepareAsync = async _ => file = await stage.FileAsync(requests(), file),
        };
    }

    public Task<Side> GuestTokensAsync(string name, Party party) => OfAsync(name, party, party.People.GuestTokens(party.Server.Url));

    public Tiers TiersOf(Party party) =>
        new() { Servers = [party.Server.Id], Postgres = Postgres, AllocatedAsync = party.Server.AllocatedAsync };

    public static Side Of(string name, Uri server, Tiers tiers, string file) =>
        new(name, tiers, (seconds, connections) => Wrk.RunAsync(server, file, seconds, connections));
}

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

    /// <summary>
    /// Servers of one kind, of which each turn takes the next. Two processes of one build differ by some percent for as long as they live,
    /// and what is to be found out may be less than that.
    /// </summary>
    public async Task<Side> OfEachInTurnAsync(string name, IReadOnlyList<Party> parties, Func<Party, IEnumerable<string>> requests, Tiers? tiers = null)
    {
        var files = new List<string>();
        foreach (var party in parties)
        {
            files.Add(await stage.FileAsync(requests(party)));
        }

        var turns = 0;
        return new(name, tiers ?? TiersOf([.. parties]), (seconds, connections) =>
        {
            var next = turns++ % parties.Count;
            return Wrk.RunAsync(parties[next].Server.Url, files[next], seconds, connections);
        })
        {
            TakesTurns = parties.Count,
        };
    }

    /// <summary>A path of a ceiling.</summary>
    public async Task<Side> OfAsync(string name, CeilingProcess ceiling, IEnumerable<string> requests) => Of(
        name,
        ceiling.Url,
        new Tiers { Servers = [ceiling.Id], Postgres = Postgres, AllocatedAsync = ceiling.AllocatedAsync },
        await stage.FileAsync(requests));

    /// <summary>Requests that are good for one turn: the next one gets others, made before it begins, and goes to the next server.</summary>
    public Side Fresh(string name, IReadOnlyList<Party> parties, Func<Party, int, IEnumerable<string>> requests)
    {
        var (party, turns, file, fastest) = (parties[0], 0, "", 0.0);
        return new(name, TiersOf([.. parties]), async (seconds, connections) =>
        {
            var turn = await Wrk.RunAsync(party.Server.Url, file, seconds, connections, once: true);
            fastest = Math.Max(fastest, turn.PerSecond);
            return turn;
        })
        {
            TakesTurns = parties.Count,
            PrepareAsync = async seconds =>
            {
                party = parties[turns++ % parties.Count];
                file = await stage.FileAsync(requests(party, (int)(seconds * Math.Max(FewestFresh, MoreFresh * fastest))), file);
            },
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

    public Tiers TiersOf(params Party[] parties) => new()
    {
        Servers = Array.ConvertAll(parties, party => party.Server.Id),
        Postgres = Postgres,
        AllocatedAsync = async () => (await Task.WhenAll(parties.Select(party => party.Server.AllocatedAsync()))).Sum(),
    };

    public static Side Of(string name, Uri server, Tiers tiers, string file) =>
        new(name, tiers, (seconds, connections) => Wrk.RunAsync(server, file, seconds, connections));
}

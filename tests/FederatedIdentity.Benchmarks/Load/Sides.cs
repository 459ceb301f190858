namespace FederatedIdentity.Benchmarks.Load;

/// <summary>Makes sides of servers, ceilings and the requests for them.</summary>
internal sealed class Sides(Stage stage)
{
    private int Postgres => stage.Postgres.Program.Process.Id;

    /// <summary>A server that gets the same requests over and over.</summary>
    public async Task<Side> OfAsync(string name, Party party, IEnumerable<string> requests, Tiers? tiers = null) =>
        Of(name, party.Server.Url, tiers ?? TiersOf(party), await stage.FileAsync(requests));

    /// <summary>A path of a ceiling.</summary>
    public async Task<Side> OfAsync(string name, CeilingProcess ceiling, IEnumerable<string> requests) => Of(
        name,
        ceiling.Url,
        new Tiers { Server = ceiling.Id, Postgres = Postgres, AllocatedAsync = ceiling.AllocatedAsync },
        await stage.FileAsync(requests));

    public Tiers TiersOf(Party party) =>
        new() { Server = party.Server.Id, Postgres = Postgres, AllocatedAsync = party.Server.AllocatedAsync };

    private static Side Of(string name, Uri server, Tiers tiers, string file) =>
        new(name, tiers, (seconds, connections) => Wrk.RunAsync(server, file, seconds, connections));
}

using System.Text.Json;
using FederatedIdentity.Benchmarks.Load;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>A published server on one of the databases, and files of requests for people all over it.</summary>
internal sealed class ScaleSide(string name, ScaleCluster cluster, Replica server, ScaleShape shape, BenchIssuer issuer, string folder)
{
    /// <summary>As many people as the small database has, so that both sides ask for equally many different rows.</summary>
    private const int SampleSize = 20_000;

    private readonly Dictionary<string, string> _files = [];

    public Replica Server => server;

    public ScaleShape Shape => shape;

    public async Task PrepareAsync()
    {
        long[] guests = [.. shape.Sample(SampleSize, leastLogins: 0)];
        long[] known = [.. shape.Sample(SampleSize, leastLogins: 1)];
        var tokens = known.AsParallel().AsOrdered().Select(number => issuer.RsaToken(ScaleShape.SubjectOf(number))).ToArray();
        await WriteAsync("GetId known", "GetId", known.Select((number, i) =>
            Json(new { IdentityPoolId = shape.PoolOf(number), Logins = Login(tokens[i]) })));
        await WriteAsync("GetOpenIdToken guest", "GetOpenIdToken", guests.Select(number => Json(new { IdentityId = ScaleShape.IdOf(number) })));
        await WriteAsync("GetOpenIdToken known", "GetOpenIdToken", known.Select((number, i) =>
            Json(new { IdentityId = ScaleShape.IdOf(number), Logins = Login(tokens[i]) })));
        await WriteAsync("GetId new", "GetId", guests.Select(number => Json(new { IdentityPoolId = shape.PoolOf(number) })));
    }

    /// <summary>One turn of an operation, with what it cost the server and PostgreSQL.</summary>
    public async Task<Turn> RunAsync(string operation, int seconds, int connections)
    {
        var (ours, theirs) = (CpuClock.OfTree(server.Id), CpuClock.OfTree(cluster.Postmaster));
        var turn = await Wrk.RunAsync(server.Url, _files[operation], seconds, connections);
        return turn with
        {
            Server = (CpuClock.OfTree(server.Id) - ours) / turn.Requests,
            Postgres = (CpuClock.OfTree(cluster.Postmaster) - theirs) / turn.Requests,
        };
    }

    private Dictionary<string, string> Login(string token) => new() { [shape.Issuer] = token };

    private async Task WriteAsync(string operation, string call, IEnumerable<string> bodies)
    {
        _files[operation] = Path.Combine(folder, $"{name} {operation}");
        await HttpText.WriteAsync(_files[operation], bodies.Select(body => HttpText.Call(server.Url, "/", call, body)));
    }

    private static string Json(object body) => JsonSerializer.Serialize(body);
}

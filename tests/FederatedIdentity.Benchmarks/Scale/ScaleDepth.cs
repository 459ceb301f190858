using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>
/// Whether a page costs the same wherever in a list it is. The pages take turns, and the token of each is made as the server would.
/// </summary>
internal sealed class ScaleDepth(ScaleCluster cluster, string database, ScaleSide large)
{
    private const int Calls = 61;
    private const double Flat = 1.25;

    private static readonly int[] _depths = [0, 10, 50, 90];

    private readonly PageTokens _pages = new(new MasterKey(new byte[MasterKey.Length]));

    public async Task<IReadOnlyList<ScaleRow>> RunAsync()
    {
        var (pool, identity) = (large.Shape.LargestPool, large.Shape.Popular);
        var inPool = await cluster.ValueAsync<long>(database, $"select count(*) from identity where pool_id = '{pool}'");
        var lists = new List<(int, object)>();
        foreach (var depth in _depths)
        {
            var sequence = depth == 0 ? 0 : await cluster.ValueAsync<long>(
                database, $"select sequence from identity where pool_id = '{pool}' order by sequence offset {inPool * depth / 100} limit 1");
            var token = Token($"{pool}|False", "ListIdentities", depth, $"{sequence}");
            lists.Add((depth, new { IdentityPoolId = pool, MaxResults = 60, NextToken = token }));
        }

        var users = _depths.Select(depth => (depth, (object)new
        {
            IdentityPoolId = pool,
            IdentityId = identity,
            NextToken = Token(identity, "LookupDeveloperIdentity", depth, ScaleShape.ManyUser(ScaleShape.ManyUsers * depth / 100)),
        }));
        var numbers = _depths.Select(depth => (depth, NumberAt(depth))).Select(at => (at.depth, (object)new
        {
            IdentityPoolId = large.Shape.PoolOf(at.Item2), DeveloperUserIdentifier = ScaleShape.DeveloperUserOf(at.Item2, 2),
        }));
        return
        [
            .. await CompareAsync($"ListIdentities in a pool of {inPool}, 60 a page", "ListIdentities", lists),
            .. await CompareAsync("LookupDeveloperIdentity, users of one identity", "LookupDeveloperIdentity", [.. users]),
            .. await CompareAsync("LookupDeveloperIdentity, one of all users", "LookupDeveloperIdentity", [.. numbers]),
        ];
    }

    /// <summary>Somebody with a developer user of an ordinary length.</summary>
    private long NumberAt(int depth) => Enumerable.Range(0, 100_000).Select(step => (large.Shape.Identities * depth / 100) + step)
        .First(number => large.Shape.LoginsOf(number) >= 3 && number % 1000 != 6);

    private string? Token(string what, string operation, int depth, string position) =>
        depth == 0 ? null : _pages.SealText($"{operation}|{ScaleShape.AccountId}|{what}", position);

    private async Task<IReadOnlyList<ScaleRow>> CompareAsync(string name, string operation, IReadOnlyList<(int Depth, object Body)> calls)
    {
        var times = calls.ToDictionary(call => call.Depth, _ => new List<double>());
        for (var turn = 0; turn < Calls; turn++)
        {
            foreach (var (depth, body) in turn % 2 == 0 ? calls : [.. calls.Reverse()])
            {
                var began = Stopwatch.GetTimestamp();
                var answer = await large.Server.Client.CallAsync(operation, body);
                times[depth].Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
                if (!answer.Ok)
                {
                    throw new InvalidOperationException($"{operation} answered {answer.Text}");
                }
            }
        }

        double[] medians = [.. calls.Select(call => ScaleRates.Median([.. times[call.Depth].Order()]))];
        var remark = string.Join(", ", calls.Select((call, i) => string.Create(CultureInfo.InvariantCulture, $"{call.Depth} %: {medians[i]:0} µs")));
        return [ScaleRow.AtMost($"{name}: slowest to fastest depth", medians.Max() / medians.Min(), Flat, remark)];
    }
}

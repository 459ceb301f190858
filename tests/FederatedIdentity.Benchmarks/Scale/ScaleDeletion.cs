using System.Diagnostics;
using System.Security.Cryptography;
using FederatedIdentity.Benchmarks.Load;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>
/// Deletes a large pool while others log in. Another replica keeps house, and is halted in every second window, so that what its work
/// does to others is seen beside its absence.
/// </summary>
internal sealed class ScaleDeletion(ScaleCluster cluster, string database, ScaleSide large, int keeper, ScaleOptions options)
{
    private const int Windows = 10;
    private const int Callers = 4; // Not at saturation, where everything waits for everything.
    private const double Most = 2;
    private const long Megabyte = 1 << 20;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(60);

    public async Task<IReadOnlyList<ScaleRow>> RunAsync()
    {
        var rows = new List<ScaleRow>();
        var before = await ScaleDisk.OfAllAsync(cluster, database);
        var pool = await NewPoolAsync();
        await AddAsync(pool, options.Doomed);
        var grown = await ScaleDisk.OfAllAsync(cluster, database) - before;
        rows.Add(new ScaleRow("A pool with indexes in place: disk of an identity with 1.5 logins", grown.Sum / (double)options.Doomed, "bytes"));
        await cluster.RunAsync(database, "vacuum (analyze)");

        await DeleteAsync(pool);
        var (quiet, busy) = await ObserveAsync(pool);
        double[] ratios = [.. busy.Zip(quiet, (during, without) => during.P99 / without.P99).Order()];
        rows.Add(ScaleRow.AtMost(
            "GetId known while a pool is deleted: p99 with to without", ScaleRates.Median(ratios), Most, FormattableString.Invariant(
            $"{ratios[0]:0.00} to {ratios[^1]:0.00}; p99 {P99(quiet):0} → {P99(busy):0} µs; rate × {busy.Sum(turn => turn.PerSecond) / quiet.Sum(turn => turn.PerSecond):0.00}")));
        var failed = quiet.Concat(busy).Sum(turn => turn.Failed);
        rows.Add(new ScaleRow("GetId known while a pool is deleted: failed requests", failed, "", "0", failed == 0));
        rows.Add(new ScaleRow("Deletion of the pool's identities", await FinishAsync(pool), "s", Remark: $"{options.Doomed} identities"));
        rows.AddRange(await GivenBackAsync(before));
        return rows;
    }

    private async Task<(List<Turn> Quiet, List<Turn> Busy)> ObserveAsync(string pool)
    {
        var (quiet, busy) = (new List<Turn>(), new List<Turn>());
        while (await LeftAsync(pool) == options.Doomed) // Housekeeping looks every half minute.
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        for (var window = 0; window < Windows && await LeftAsync(pool) > 0; window++)
        {
            await SignalAsync("STOP");
            quiet.Add(await large.RunAsync("GetId known", options.Seconds, Callers));
            await SignalAsync("CONT");
            var left = await LeftAsync(pool);
            var during = await large.RunAsync("GetId known", options.Seconds, Callers);
            if (await LeftAsync(pool) < left) // Else it rested between two runs.
            {
                busy.Add(during);
            }
            else
            {
                quiet.RemoveAt(quiet.Count - 1);
            }
        }

        return busy.Count > 0 ? (quiet, busy) : throw new InvalidOperationException("The pool was gone too soon: make it larger with --doomed.");
    }

    /// <summary>Seconds that the whole deletion takes by what was seen of its speed, rests included.</summary>
    private async Task<double> FinishAsync(string pool)
    {
        var (left, began) = (await LeftAsync(pool), Stopwatch.GetTimestamp());
        if (left == 0)
        {
            return 0;
        }

        while (await LeftAsync(pool) > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > _patience)
            {
                throw new TimeoutException("The deletion of the pool does not come to its end.");
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds * options.Doomed / left;
    }

    /// <summary>What the file system gets back is little; what counts is that the next pool needs no more.</summary>
    private async Task<IReadOnlyList<ScaleRow>> GivenBackAsync(ScaleDisk before)
    {
        await cluster.RunAsync(database, "vacuum (analyze)");
        var after = await ScaleDisk.OfAllAsync(cluster, database);
        var again = await NewPoolAsync();
        await AddAsync(again, options.Doomed / 2);
        var grown = await ScaleDisk.OfAllAsync(cluster, database) - after;
        await DeleteAsync(again);
        return
        [
            new("Disk after the deletion and a vacuum, more than before the pool", (after - before).Sum / Megabyte, "MB"),
            new("Disk that a pool of half the size takes then", grown.Sum / Megabyte, "MB", Remark: $"table {grown.Table / Megabyte} MB"),
        ];
    }

    private async Task<string> NewPoolAsync()
    {
        var answer = await large.Server.Client.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "doomed", AllowUnauthenticatedIdentities = true, DeveloperProviderName = ScaleShape.DeveloperProvider,
        });
        return answer["IdentityPoolId"];
    }

    private Task AddAsync(string pool, long count) => new ScaleFill(cluster, database, large.Shape, isPartitioned: options.Partitions > 0)
        .AddAsync(pool, (1 + RandomNumberGenerator.GetInt32(1_000_000)) * 1_000_000_000L, count); // Numbers that nobody has.

    private async Task DeleteAsync(string pool)
    {
        var answer = await large.Server.Client.CallAsync("DeleteIdentityPool", new { IdentityPoolId = pool });
        if (!answer.Ok)
        {
            throw new InvalidOperationException(answer.Text);
        }
    }

    private Task<long> LeftAsync(string pool) =>
        cluster.ValueAsync<long>(database, $"select count(*) from identity where pool_id = '{pool}'");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{keeper}"]);
        await kill.WaitForExitAsync();
    }

    private static double P99(List<Turn> turns) => ScaleRates.Median([.. turns.Select(turn => turn.P99).Order()]);
}

using System.Diagnostics;

namespace FederatedIdentity.Benchmarks.Load.Steady;

/// <summary>
/// Looks at a server several times a second: its memory, and what the garbage collector did in between. A pause is not told by itself,
/// but the pauses of a quarter of a second in which there was a gen-2 collection are no shorter than its own.
/// </summary>
internal sealed class MemoryWatch(Replica server)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly List<Sample> _samples = [];

    private sealed record Sample(double Minute, double Resident, double Heap, double Paused, double Full);

    public async Task UntilAsync(Task load)
    {
        var started = Stopwatch.GetTimestamp();
        while (!load.IsCompleted)
        {
            _samples.Add(new(
                Stopwatch.GetElapsedTime(started).TotalMinutes,
                CpuClock.MegabytesOf(server.Id),
                await server.MetricAsync("dotnet_gc_last_collection_heap_size_bytes") / (1 << 20),
                1000 * await server.MetricAsync("dotnet_gc_pause_time_seconds_total"),
                await server.MetricAsync("dotnet_gc_collections_total", "gen2")));
            await Task.WhenAny(load, Task.Delay(_pause));
        }
    }

    public IEnumerable<Figure> Figures()
    {
        var half = _samples[(_samples.Count / 2)..];
        var (all, full) = (Pauses(), Pauses().Where(pause => pause.HadFull).ToList());
        return
        [
            new("gen-2 collections", _samples[^1].Full - _samples[0].Full, null),
            new("longest pause with a gen-2 collection, at most, ms", full.Count == 0 ? 0 : full.Max(pause => pause.Longest), 10),
            new("share of time paused, %", 100 * (_samples[^1].Paused - _samples[0].Paused) / (60_000 * _samples[^1].Minute), null),
            new("longest pauses of a quarter of a second, ms", all.Max(pause => pause.Longest), null),
            new("resident at half-time, MB", half[0].Resident, null),
            new("resident at the end, MB", half[^1].Resident, null),
            new("resident, growth of the second half, MB a minute", Slope(half, sample => sample.Resident), 1),
            new("heap after a collection, growth of the second half, MB a minute", Slope(half, sample => sample.Heap), 1),
        ];
    }

    private IEnumerable<(double Longest, bool HadFull)> Pauses() => _samples.Zip(
        _samples.Skip(1), (before, after) => (after.Paused - before.Paused, after.Full > before.Full));

    /// <summary>Of the line that is nearest to all samples.</summary>
    private static double Slope(List<Sample> samples, Func<Sample, double> value)
    {
        var (time, level) = (samples.Average(sample => sample.Minute), samples.Average(value));
        return samples.Sum(sample => (sample.Minute - time) * (value(sample) - level))
            / samples.Sum(sample => (sample.Minute - time) * (sample.Minute - time));
    }
}

using System.Globalization;
using BenchmarkDotNet.EventProcessors;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>
/// Prints each benchmark as it ends, with the ratio to the last run: of the least time, which others on the machine disturb least. A
/// benchmark that failed is said to have, and fails the run.
/// </summary>
internal sealed class MicroReport(MicroFigures figures) : EventProcessor
{
    private const double NanosPerMicro = 1000;

    private int _measured;
    private int _failed;

    public static void Begin() => Print(["µs", "median", "min", "max", "bytes", "min", "bytes, to the last run"]);

    public override void OnEndRunBenchmark(BenchmarkCase benchmarkCase, BenchmarkReport report)
    {
        var name = NameOf(benchmarkCase);
        if (!report.Success || report.ResultStatistics is not { } times)
        {
            _failed++;
            Print([name, "failed", "", "", "", "", ""]);
            return;
        }

        _measured++;
        var figure = new MicroFigure(
            times.Min, times.Median, times.Max, report.GcStats.GetBytesAllocatedPerOperation(benchmarkCase) ?? 0);
        var last = figures.Replace(name, figure);
        Print([
            name, Micros(figure.Median), Micros(figure.Min), Micros(figure.Max), figure.Bytes.ToString(CultureInfo.InvariantCulture),
            last is null ? "" : Ratio(figure.Min, last.Min), last is null ? "" : Ratio(figure.Bytes, last.Bytes),
        ]);
    }

    /// <summary>The status of the command.</summary>
    public int End(bool ran, StreamWriter log)
    {
        if (ran && _failed == 0 && _measured > 0)
        {
            return 0;
        }

        log.Flush();
        Console.Error.WriteLine(_measured + _failed == 0 ? "Nothing was measured." : $"{_failed} failed.");
        Console.Error.WriteLine($"See {((FileStream)log.BaseStream).Name}");
        return 1;
    }

    private static string NameOf(BenchmarkCase benchmark)
    {
        var subject = benchmark.Descriptor.Type.Name.Replace("Benchmarks", "", StringComparison.Ordinal);
        return $"{subject}.{benchmark.Descriptor.WorkloadMethod.Name}{(benchmark.HasParameters ? $"({benchmark.Parameters.ValueInfo})" : "")}";
    }

    private static string Micros(double nanos) => (nanos / NanosPerMicro).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Ratio(double now, double before) =>
        before == 0 ? (now == 0 ? "1.00" : "") : (now / before).ToString("0.00", CultureInfo.InvariantCulture);

    private static void Print(string[] columns) => Console.WriteLine(
        $"{columns[0],-40} {columns[1],10} {columns[2],9} {columns[3],9} {columns[4],8} {columns[5],6} {columns[6],6}");
}

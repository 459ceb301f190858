using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>
/// <c>./dev bench micro [word] [BenchmarkDotNet's options]</c>: the inner parts one by one, or those whose name holds the word. Prints
/// each beside what it took the last time; everything else that BenchmarkDotNet says is in a log.
/// </summary>
/// <remarks>
/// They run in this process: BenchmarkDotNet would else build a project of its own for them, from within this repository and by its
/// rules, which takes longer than to measure.
/// </remarks>
internal static class MicroCommand
{
    private static readonly Type[] Subjects =
    [
        typeof(JoseBenchmarks), typeof(SigV4Benchmarks), typeof(DispatcherBenchmarks), typeof(OpenIdBenchmarks),
        typeof(ThrottlingBenchmarks), typeof(PolicyBenchmarks), typeof(LinkingBenchmarks), typeof(SamlBenchmarks),
    ];

    private static readonly string Folder = Path.Combine(".local", "bench");

    public static int Run(string[] arguments)
    {
        Directory.CreateDirectory(Folder);
        var figures = MicroFigures.Load(Path.Combine(Folder, "micro.json"));
        var report = new MicroReport(figures);
        using var log = new StreamWriter(Path.Combine(Folder, "micro.log"));
        using var logger = new StreamLogger(log);
        var config = ManualConfig.CreateEmpty()
            .AddLogger(logger)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddEventProcessor(report)
            .WithArtifactsPath(Path.Combine(Folder, "micro"))
            .WithOptions(ConfigOptions.DisableLogFile);
        MicroReport.Begin();
        var summaries = BenchmarkSwitcher.FromTypes(Subjects).Run(OptionsOf(arguments), config).ToList();
        figures.Save();
        return report.End(summaries.Count > 0 && !summaries.Exists(summary => summary.HasCriticalValidationErrors), log);
    }

    /// <summary>What is asked for, and otherwise short runs that are good for comparing and not for quoting.</summary>
    private static string[] OptionsOf(string[] arguments)
    {
        var given = arguments is [var word, ..] && !word.StartsWith('-') ? ["--filter", $"*{word}*", .. arguments[1..]] : arguments;
        return [.. given, "--inProcess", "--memory", .. Unless(given, "--filter", "-f", "*"), .. Unless(given, "--job", "-j", "short")];
    }

    private static string[] Unless(string[] given, string name, string letter, string value) =>
        given.Contains(name) || given.Contains(letter) ? [] : [name, value];
}

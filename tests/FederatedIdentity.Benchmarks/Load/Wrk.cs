using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>Runs wrk over a file of requests.</summary>
internal static class Wrk
{
    private static readonly string _script =
        Path.Combine(Peer.RepositoryRoot, "tests", "FederatedIdentity.Benchmarks", "Load", "requests.lua");

    /// <summary>
    /// With <paramref name="once"/>, a request that would be sent twice counts as failed; with <paramref name="core"/>, wrk keeps to it.
    /// </summary>
    public static async Task<Turn> RunAsync(Uri server, string requests, int seconds, int connections, bool once = false, int? core = null)
    {
        string[] command =
        [
            "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "10s", "-s", _script, $"{server}", "--", requests, once ? "once" : "again",
        ];
        return Parse(core is null
            ? await Tool.RunAsync(command[0], command[1..])
            : await Tool.RunAsync("taskset", ["-c", $"{core}", .. command]));
    }

    /// <summary>Of what was written, the line that begins with the word result.</summary>
    public static Turn Parse(string output)
    {
        var result = output.Split('\n').LastOrDefault(line => line.StartsWith("result ", StringComparison.Ordinal))
            ?? throw new UnreachableException($"No result: {output}");
        var numbers = result.Split(' ')[1..].Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new((int)numbers[0], numbers[0] * 1e6 / numbers[1], (int)numbers[2], numbers[3], numbers[4]);
    }
}

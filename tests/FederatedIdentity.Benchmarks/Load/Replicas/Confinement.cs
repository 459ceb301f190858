namespace FederatedIdentity.Benchmarks.Load.Replicas;

/// <summary>Keeps PostgreSQL to one core until it is disposed: its first process, the others that there are, and those to come.</summary>
internal sealed class Confinement : IAsyncDisposable
{
    private const string Allowed = "Cpus_allowed_list:";

    private readonly int _process;
    private readonly string _before;

    private Confinement(int process) => (_process, _before) = (
        process, File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(Allowed, StringComparison.Ordinal))[Allowed.Length..].Trim());

    public static async Task<Confinement> ToAsync(int core, int process)
    {
        var confinement = new Confinement(process);
        await confinement.KeepToAsync($"{core}");
        return confinement;
    }

    public async ValueTask DisposeAsync() => await KeepToAsync(_before);

    private async Task KeepToAsync(string cores)
    {
        foreach (var process in CpuClock.ChildrenOf(_process).Prepend(_process).ToList())
        {
            try
            {
                await Tool.RunAsync("taskset", "-cp", cores, $"{process}");
            }
            catch (InvalidOperationException) when (!Directory.Exists($"/proc/{process}"))
            {
                // A worker that had nothing more to do.
            }
        }
    }
}

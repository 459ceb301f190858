using System.Globalization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>The published server as a process, as the image runs it, with its management port.</summary>
internal sealed class Replica : IAsyncDisposable
{
    public const string AccessKeyId = "AKIABENCHBENCHBENCH0";
    public const string SecretAccessKey = "secret-access-key-of-the-benchmarks-0123";

    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly ServerProcess _process;
    private readonly Uri _metrics;

    private Replica(ServerProcess process, int management)
    {
        _process = process;
        _metrics = new Uri($"http://127.0.0.1:{management}/metrics");
        Client = new WireClient(process.BaseAddress, AccessKeyId, SecretAccessKey);
    }

    /// <summary>The assembly that <c>./dev bench</c> has published.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("FEDERATED_IDENTITY_BENCH_SERVER")
        ?? throw new InvalidOperationException("FEDERATED_IDENTITY_BENCH_SERVER is not set; ./dev bench sets it.");

    public Uri Url => _process.BaseAddress;

    public int Id => _process.Id;

    public WireClient Client { get; }

    /// <summary>
    /// With <paramref name="core"/>, that core is the only one it knows; with <paramref name="program"/>, it is one of another build.
    /// </summary>
    public static async Task<Replica> StartAsync(
        IReadOnlyDictionary<string, string?> settings, int? core = null, string? program = null)
    {
        var process = await ServerProcess.StartAsync(settings, program ?? Program, core);
        return new Replica(process, int.Parse(settings["FederatedIdentity__Management__Port"]!, CultureInfo.InvariantCulture));
    }

    /// <summary>A series of /metrics, of all labels or of those that have a value.</summary>
    public async Task<double> MetricAsync(string name, string label = "") => (await _http.GetStringAsync(_metrics)).Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{'
            && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));

    public Task<double> AllocatedAsync() => MetricAsync("dotnet_gc_heap_total_allocated_bytes_total");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _http.Dispose();
        await _process.StopAsync();
        await _process.DisposeAsync();
    }
}

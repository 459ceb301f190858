using System.Diagnostics;
using System.Globalization;
using FederatedIdentity.Benchmarks.Load.Ceiling;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>The ceiling as a process, with the same runtime settings as the server.</summary>
internal sealed class CeilingProcess : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly Process _process;

    private CeilingProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public int Id => _process.Id;

    /// <summary>With <paramref name="core"/>, that core is the only one it knows.</summary>
    public static async Task<CeilingProcess> StartAsync(string postgres, byte[] loginKey, int? core = null)
    {
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        string[] command = ["dotnet", typeof(CeilingCommand).Assembly.Location, "ceiling"];
        var start = core is null ? new ProcessStartInfo(command[0], command[1..]) : new ProcessStartInfo("taskset", ["-c", $"{core}", .. command]);
        start.RedirectStandardOutput = true;
        start.Environment[CeilingCommand.Url] = url;
        start.Environment[CeilingCommand.Postgres] = postgres;
        start.Environment[CeilingCommand.LoginKey] = Convert.ToBase64String(loginKey);
        foreach (var (name, value) in Deployment.Runtime)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        return await process.StandardOutput.ReadLineAsync() == CeilingCommand.ReadyLine
            ? new CeilingProcess(process, new Uri(url))
            : throw new InvalidOperationException("The ceiling did not start.");
    }

    public async Task<double> AllocatedAsync() =>
        double.Parse(await _http.GetStringAsync(new Uri(Url, CeilingCalls.Allocated)), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

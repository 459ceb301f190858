using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests;

/// <summary>The server as a process whose output goes into a pipe that nobody empties.</summary>
internal sealed class UnreadServer : IAsyncDisposable
{
    private readonly Process _process;

    private UnreadServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static UnreadServer Start(IReadOnlyDictionary<string, string?> settings)
    {
        var start = new ProcessStartInfo("dotnet", [ServerProcess.Today])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, new Uri(settings["ASPNETCORE_URLS"]!));
    }

    public static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

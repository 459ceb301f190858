using System.Text;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// A real HAProxy in front of replicas, configured as the documentation advises: it asks each replica whether it is ready, takes
/// one out that answers with errors, sends a request elsewhere when it could not connect, and never sends a request twice.
/// </summary>
internal sealed class HaProxyProcess : IAsyncDisposable
{
    private const string Variable = "FEDERATED_IDENTITY_TEST_HAPROXY";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly PrivateProgram _program;
    private readonly string _folder;
    private readonly Uri _statistics;

    private HaProxyProcess(PrivateProgram program, string folder, Uri statistics) =>
        (_program, _folder, _statistics) = (program, folder, statistics);

    /// <summary>Where clients call.</summary>
    public Uri Address => new($"http://127.0.0.1:{_program.Port}");

    /// <summary>On a given port, in front of <paramref name="replicas"/>, which are loopback ports.</summary>
    public static async Task<HaProxyProcess> StartAsync(int port, IReadOnlyList<int> replicas)
    {
        var folder = Directory.CreateTempSubdirectory("federated-identity-haproxy-").FullName;
        var file = Path.Combine(folder, "haproxy.cfg");
        var statistics = ServerProcess.FreePort();
        await File.WriteAllTextAsync(file, Configuration(port, statistics, replicas));
        var program = await PrivateProgram.StartAsync(Variable, port, "-db", "-f", file);
        return new HaProxyProcess(program, folder, new Uri($"http://127.0.0.1:{statistics}/;csv"));
    }

    /// <summary>Waits until the balancer sends requests to so many replicas.</summary>
    public async Task ServesWithAsync(int replicas)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (await CountUpAsync(deadline.Token) != replicas)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<int> CountUpAsync(CancellationToken ct)
    {
        var table = await _http.GetStringAsync(_statistics, ct);
        return table.Split('\n').Select(line => line.Split(','))
            .Count(cells => cells is ["replicas", not "BACKEND", ..] && cells.Contains("UP"));
    }

    private static string Configuration(int port, int statistics, IReadOnlyList<int> replicas)
    {
        var text = new StringBuilder($"""
            defaults
              mode http
              maxconn 2000
              timeout connect 1s
              timeout client 30s
              timeout server 15s
              timeout check 3s
              retries 3
              option redispatch 1
              retry-on conn-failure
            frontend api
              bind 127.0.0.1:{port}
              default_backend replicas
            frontend statistics
              bind 127.0.0.1:{statistics}
              stats enable
              stats uri /
            backend replicas
              balance leastconn
              option httpchk GET /health/ready
              http-check expect status 200
              default-server inter 250ms fall 2 rise 2 observe layer7 error-limit 5 on-error mark-down

            """);
        for (var number = 0; number < replicas.Count; number++)
        {
            text.AppendLine(null, $"  server replica{number} 127.0.0.1:{replicas[number]} check");
        }

        return text.ToString();
    }
}

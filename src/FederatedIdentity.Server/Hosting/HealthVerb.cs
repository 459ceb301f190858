using System.Net.Sockets;
using System.Text;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>federated-identity health</c>: status 0 when the replica on this machine is ready, else 1. What containers ask every few seconds:
/// it starts no host, opens one connection, and ends within a deadline whatever the other side does.
/// </summary>
internal static class HealthVerb
{
    private const string Usage = """
        Usage: federated-identity health [--url <http://host:port[/path]>]
        """;

    private const int LongestLine = 100; // "HTTP/1.1 503 Service Unavailable" has 32.

    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(2.5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var target = arguments switch
        {
            [] => HealthTarget.OfThisMachine(Settings()),
            ["--url", var url] => HealthTarget.FromUrl(url),
            [var one] when one.StartsWith("--url=", StringComparison.Ordinal) => HealthTarget.FromUrl(one["--url=".Length..]),
            _ => null,
        };
        return (target, arguments) switch
        {
            ({ } known, _) => await AskAsync(known),
            (null, []) => await VerbHost.FailAsync("It cannot be told where this server listens: use --url."),
            _ => await VerbHost.MisusedAsync(Usage),
        };
    }

    /// <summary>As the server reads them, as far as they say where it listens.</summary>
    private static IConfigurationRoot Settings() => new ConfigurationBuilder()
        .AddEnvironmentVariables("DOTNET_")
        .AddEnvironmentVariables("ASPNETCORE_")
        .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();

    private static async Task<int> AskAsync(HealthTarget target)
    {
        using var deadline = new CancellationTokenSource(_deadline);
        try
        {
            var answer = await AskAsync(target, deadline.Token);
            return answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)
                ? 0
                : await VerbHost.FailAsync($"{target} answered: {answer}");
        }
        catch (OperationCanceledException)
        {
            return await VerbHost.FailAsync($"{target} did not answer within {_deadline.TotalSeconds} seconds.");
        }
        catch (Exception unreachable) when (unreachable is SocketException or IOException)
        {
            return await VerbHost.FailAsync($"{target} cannot be reached: {unreachable.Message}");
        }
    }

    /// <summary>The status line.</summary>
    private static async Task<string> AskAsync(HealthTarget target, CancellationToken ct)
    {
        using var socket = target.NewSocket();
        await socket.ConnectAsync(target.EndPoint, ct);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(target.Request), ct);
        var start = new byte[LongestLine];
        var length = 0;
        while (length < start.Length && !start.AsSpan(0, length).Contains((byte)'\n')
            && await stream.ReadAsync(start.AsMemory(length), ct) is > 0 and var received)
        {
            length += received;
        }

        return Printable(Encoding.ASCII.GetString(start, 0, length).Split('\r', '\n')[0]);
    }

    /// <summary>Whatever listens there may not be ours, and what it says goes to a terminal or a log.</summary>
    private static string Printable(string line) =>
        line is "" ? "nothing" : string.Concat(line.Select(character => character is >= ' ' and <= '~' ? character : '?'));
}

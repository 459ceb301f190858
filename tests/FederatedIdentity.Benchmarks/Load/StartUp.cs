using System.Diagnostics;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// How soon a new server on an existing schema gives its first good answer, a token that it signed for an identity that it read, and
/// how much memory it holds: left alone, and while 64 connections keep it busy.
/// </summary>
internal static class StartUp
{
    public const string Name = "start-up and memory";

    private const int Starts = 7;
    private const int Connections = 64;
    private const int BusySeconds = 5;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(Stage stage)
    {
        var starts = new List<(double Wall, double Cpu)>();
        var (idle, busy) = (0.0, 0.0);
        for (var start = 0; start < Starts; start++)
        {
            var settings = Deployment.Settings(stage.Rs512.Postgres, stage.Issuer);
            await using var server = ServerProcess.Launch(settings, Replica.Program);
            starts.Add(await FirstAnswerAsync(server, stage.Rs512.People.Guests[start]));
            if (start == Starts - 1)
            {
                await Task.Delay(_idle);
                idle = CpuClock.MegabytesOf(server.Id);
                busy = await BusyAsync(stage, server);
            }
        }

        double[] walls = [.. starts.Select(start => start.Wall).Order()], cpus = [.. starts.Select(start => start.Cpu).Order()];
        return
        [
            new("start to first token, best, ms", walls[0], null),
            new("start to first token, median, ms", walls[Starts / 2], 1500),
            new("CPU until then, median, ms", cpus[Starts / 2], null),
            new("resident, idle, MB", idle, 160),
            new($"resident, most under {Connections} connections, MB", busy, 220),
        ];
    }

    private static async Task<(double Wall, double Cpu)> FirstAnswerAsync(ServerProcess server, string guest)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.BaseAddress };
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(http, guest))
        {
            if (Stopwatch.GetElapsedTime(started) > _deadline)
            {
                throw new TimeoutException($"The server did not start.\n{server.Log}");
            }

            await Task.Delay(_pause);
        }

        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, CpuClock.OfTree(server.Id) / 1000);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string guest)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent($$"""{"IdentityId":"{{guest}}"}""") };
        request.Content.Headers.ContentType = new(HttpText.JsonType);
        request.Headers.Add("X-Amz-Target", "AWSCognitoIdentityService.GetOpenIdToken");
        try
        {
            using var answer = await http.SendAsync(request);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    private static async Task<double> BusyAsync(Stage stage, ServerProcess server)
    {
        var (people, url) = (stage.Rs512.People, server.BaseAddress);
        string[] files =
        [
            await stage.FileAsync(people.LoginTokens(url)), await stage.FileAsync(people.KnownLogins(url)),
            await stage.FileAsync([people.NewGuest(url)]),
        ];
        var most = 0.0;
        foreach (var file in files)
        {
            var load = Wrk.RunAsync(url, file, BusySeconds, Connections);
            while (!load.IsCompleted)
            {
                most = Math.Max(most, CpuClock.MegabytesOf(server.Id));
                await Task.WhenAny(load, Task.Delay(TimeSpan.FromMilliseconds(100)));
            }

            if ((await load).Failed > 0)
            {
                throw new InvalidOperationException($"Requests over {Connections} connections failed.\n{server.Log}");
            }
        }

        return most;
    }
}

using System.Diagnostics;
using System.Text;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests;

/// <summary>More is asked for than can be done: some is refused, early, and the rest is done.</summary>
[Collection(nameof(Faults))]
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Clients = 150;
    private const int Threads = 32;

    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(4);

    /// <summary>The second that a call may wait, and what a busy machine adds.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_flood_over_a_slow_database_is_refused_early_and_served_as_far_as_it_can_be()
    {
        await using var bed = await OverloadBed.StartAsync();
        Assert.True((await bed.TokenAsync()).Answer.Ok);
        bed.Proxy.Delay = TimeSpan.FromMilliseconds(100); // Eight places, so eighty answers a second.

        var began = Stopwatch.GetTimestamp();
        var health = HealthAsync(bed, began);
        var throttled = ThrottledAsync(bed, began);
        var answers = await FloodAsync(bed, began);

        var (served, refused) = (answers.Where(answer => answer.Answer.Ok).ToArray(), answers.Where(answer => answer.IsRefused).ToArray());
        Report("served", served);
        Report("refused", refused);
        Assert.All(answers, answer => Assert.True(answer.Answer.Ok || answer.IsRefused, answer.Answer.Text));
        Assert.InRange(served.Length, 80, 8 * Clients);
        Assert.InRange(refused.Length, Clients, int.MaxValue);
        Assert.InRange(answers.Max(answer => answer.Took), TimeSpan.Zero, Early);
        Assert.All(await health, probe => Assert.Equal(200, probe));
        Assert.Contains("<Code>Throttling</Code><Message>Rate exceeded</Message>", await throttled, StringComparison.Ordinal);

        bed.Proxy.Delay = TimeSpan.Zero;
        await OverloadBed.EventuallyAsync(async () => (await bed.TokenAsync()).Answer.Ok);
        var log = bed.Server.Log;
        Assert.InRange(log.Split('\n').Count(line => line.Contains("is overloaded", StringComparison.Ordinal)), 1, 10);
        Assert.DoesNotContain("outcome=TooManyRequestsException", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_database_takes_nobodys_time_but_of_those_who_asked_it_first()
    {
        await using var bed = await OverloadBed.StartAsync();
        bed.Proxy.FallSilent();
        var first = Enumerable.Range(0, OverloadBed.Places).Select(_ => bed.TokenAsync()).ToList();
        await OverloadBed.EventuallyAsync(async () =>
        {
            first.Add(bed.TokenAsync()); // It may overtake one of the first, and wait in its place.
            return (await Task.WhenAll(first.Where(answer => answer.IsCompleted))).Any(answer => answer.IsRefused);
        });

        var later = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => bed.TokenAsync()));
        var (live, took) = await bed.GetAsync("/health/live");

        Report("refused", later);
        output.WriteLine($"live after {took.TotalMilliseconds:0} ms");
        Assert.Equal(200, live);
        Assert.All(later, answer => Assert.True(answer.IsRefused || answer.Answer.Error == "InternalErrorException", answer.Answer.Text));
        Assert.InRange(later.Count(answer => answer.IsRefused && answer.Took < Early), 80, 100);
        Assert.All(await Task.WhenAll(first), answer => Assert.False(answer.Answer.Ok));

        bed.Proxy.SpeakAgain();
        await bed.ServesManyAsync();
    }

    [Fact]
    public async Task A_dead_provider_takes_no_places_from_guests()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var dead = RawHost.Start((_, _) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite);
        });
        await using var mint = await TokenMint.StartAsync();
        var key = new Uri(dead.Url).Authority;
        await using var bed = await OverloadBed.StartAsync(
            ("FederatedIdentity__OpenIdConnectProviders__0__Url", dead.Url),
            ("FederatedIdentity__OpenIdConnectProviders__0__ClientIds__0", TokenMint.ClientId),
            ("FederatedIdentity__Outbound__AllowedPrivateHosts__0", key));
        var pool = (await bed.Client.CallAsync("CreateIdentityPool", new
        {
            IdentityPoolName = "dead",
            AllowUnauthenticatedIdentities = false,
            OpenIdConnectProviderARNs = new[] { $"arn:aws:iam::000000000000:oidc-provider/{key}" },
        }))["IdentityPoolId"];

        var logins = new Dictionary<string, string> { [key] = mint.Token("user", dead.Url) };
        var waiting = Enumerable.Range(0, 5 * OverloadBed.Places)
            .Select(_ => bed.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins })).ToArray();
        await asked.Task;
        var guests = await Task.WhenAll(Enumerable.Range(0, 5 * OverloadBed.Places).Select(_ => bed.GuestAsync()));

        Report("guests", guests);
        Assert.All(guests, guest => Assert.True(guest.Answer.Ok, guest.Answer.Text));
        Assert.DoesNotContain(waiting, login => login.IsCompleted);
        Assert.All(await Task.WhenAll(waiting), login => Assert.Equal("ExternalServiceException", login.Error));
    }

    [Fact]
    public async Task Writes_that_have_to_wait_take_no_places_from_those_who_read()
    {
        await using var bed = await OverloadBed.StartAsync();
        Task[] guests;
        await using (await bed.HoldWritesAsync())
        {
            guests = [.. Enumerable.Range(0, 5 * OverloadBed.Places).Select(_ => UntilServedAsync(bed))];
            await OverloadBed.EventuallyAsync(async () =>
                (await bed.MetricsAsync()).Contains($"\nfederated_identity_overload_outside {guests.Length}\n", StringComparison.Ordinal));

            var tokens = await Task.WhenAll(Enumerable.Range(0, 5 * OverloadBed.Places).Select(_ => bed.TokenAsync()));

            Report("tokens", tokens);
            Assert.All(tokens, token => Assert.True(token.Answer.Ok, token.Answer.Text));
            Assert.DoesNotContain(guests, guest => guest.IsCompleted);
        }

        await Task.WhenAll(guests).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_log_that_nobody_reads_holds_up_nobody()
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = TestServer.Settings(database, ServerProcess.FreePort(), "http://127.0.0.1:8080");
        await TestServer.MigrateAsync(settings);
        settings["Logging__Console__MaxQueueLength"] = "10";
        await using var server = UnreadServer.Start(settings);
        using var client = new WireClient(server.Address, TestServer.AccessKeyId, TestServer.SecretAccessKey);
        await OverloadBed.EventuallyAsync(() => UnreadServer.IsReadyAsync(client.Http));

        // Each leaves a line of some 300 bytes, and a pipe holds 65,536.
        for (var call = 0; call < 1000; call++)
        {
            var answer = await client.CallAsync("GetId", "{}").WaitAsync(Early);
            Assert.Equal("ValidationException", answer.Error);
        }
    }

    private static async Task<TimedAnswer[]> FloodAsync(OverloadBed bed, long began)
    {
        ThreadPool.SetMinThreads(Threads, Threads); // Clients and proxy share this process: waiting for a thread is no slow answer.
        var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            var mine = new List<TimedAnswer>();
            while (Stopwatch.GetElapsedTime(began) < Flood)
            {
                mine.Add(await bed.TokenAsync());
                if (mine[^1].IsRefused)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50 + number)); // As SDKs do, only sooner.
                }
            }

            return mine;
        }));
        return [.. answers.SelectMany(mine => mine)];
    }

    /// <summary>A new guest, once more when PostgreSQL would not wait any longer.</summary>
    private static async Task UntilServedAsync(OverloadBed bed)
    {
        while (!(await bed.GuestAsync()).Answer.Ok)
        {
        }
    }

    private static async Task<List<int>> HealthAsync(OverloadBed bed, long began)
    {
        var statuses = new List<int>();
        while (Stopwatch.GetElapsedTime(began) < Flood)
        {
            foreach (var path in new[] { "/health/live", "/health/ready", "/.well-known/jwks_uri", "/.well-known/openid-configuration" })
            {
                statuses.Add((await bed.GetAsync(path)).Status);
            }
        }

        return statuses;
    }

    /// <summary>Calls of STS until one of them is refused: its name for the same refusal.</summary>
    private static async Task<string> ThrottledAsync(OverloadBed bed, long began)
    {
        var text = "";
        while (Stopwatch.GetElapsedTime(began) < Flood && !text.Contains("Throttling", StringComparison.Ordinal))
        {
            using var form = new StringContent(
                "Action=GetCallerIdentity&Version=2011-06-15", Encoding.ASCII, "application/x-www-form-urlencoded");
            using var answer = await bed.Client.Http.PostAsync(new Uri("/", UriKind.Relative), form);
            text = await answer.Content.ReadAsStringAsync();
        }

        return text;
    }

    private void Report(string what, TimedAnswer[] answers)
    {
        var sorted = answers.Select(answer => answer.Took.TotalMilliseconds).Order().ToArray();
        output.WriteLine(sorted.Length == 0
            ? $"{what}: none"
            : $"{what}: {sorted.Length}, p50 {sorted[sorted.Length / 2]:0} ms, p99 {sorted[(int)(sorted.Length * 0.99)]:0} ms, max {sorted[^1]:0} ms");
    }
}

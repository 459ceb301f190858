using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace FederatedIdentity.FaultTests;

/// <summary>One server for all of them: what one leaves behind, the next would find.</summary>
public sealed class HostileClientsFixture : IAsyncLifetime
{
    private OverloadBed? _bed;

    internal OverloadBed Bed => _bed!;

    public async Task InitializeAsync() => _bed = await OverloadBed.StartAsync(("FederatedIdentity__Overload__BodyBytes", $"{8 << 20}"));

    public async Task DisposeAsync() => await Bed.DisposeAsync();
}

/// <summary>
/// Clients that hold on to connections, trickle, exaggerate and take back: others are served meanwhile, and nothing is left afterwards.
/// </summary>
[Collection(nameof(Faults))]
public sealed class HostileClientTests(HostileClientsFixture fixture, ITestOutputHelper output)
    : IClassFixture<HostileClientsFixture>, IDisposable
{
    private const int Idle = 10_000;
    private const int FilesToSpare = 1_500;
    private const int Wave = 500;
    private const int Each = 100;

    private OverloadBed Bed => fixture.Bed;

    private Uri Address => Bed.Server.BaseAddress;

    [Fact]
    public async Task Ten_thousand_idle_connections_cost_little_hinder_nobody_and_leave_nothing_behind()
    {
        // Both ends of them are open files, and this process has the same limit as the server.
        var files = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        var count = Math.Min(Idle, int.TryParse(files, CultureInfo.InvariantCulture, out var limit) ? (limit - FilesToSpare) / 4 * 3 : Idle);
        await ServedAsync();
        var before = Bed.MegabytesResident;

        var first = await IdleAsync(count, before);
        var second = await IdleAsync(count, before);

        Assert.InRange((first - before) * 1024.0 / count, 0, 64); // KiB for each.
        Assert.InRange(second - first, int.MinValue, 150);
    }

    [Fact]
    public async Task Requests_that_trickle_in_or_never_end_hold_no_places_and_bounded_memory_and_are_cut_off()
    {
        const int Length = 900_000;
        await ServedAsync();
        var before = Bed.MegabytesResident;
        var headers = await Stranger.OpenAsync(Address, Each);
        var stalled = await Stranger.OpenAsync(Address, Each);
        var steady = await Stranger.OpenAsync(Address, Each);
        var large = await Stranger.OpenAsync(Address, Each);
        using var over = new CancellationTokenSource();
        try
        {
            await Task.WhenAll(headers.Select(stranger => stranger.SendAsync("POST / HTTP/1.1\r\nHost: x\r\n")));
            await Task.WhenAll(stalled.Concat(steady).Concat(large).Select(stranger => stranger.SendAsync(Stranger.Head(Length))));
            var trickle = TrickleAsync(headers, steady, over.Token);
            var allButOneByte = Encoding.ASCII.GetBytes(new string(' ', Length - 1));
            await Task.WhenAll(large.Select(stranger => stranger.TrySendAsync(allButOneByte)));
            for (var call = 0; call < 20; call++)
            {
                await ServedAsync();
            }

            output.WriteLine($"with {Each} bodies of {Length} bytes: {before} MiB, then {Bed.MegabytesResident} MiB");
            Assert.InRange(Bed.MegabytesResident - before, int.MinValue, 150);
            var ends = await Task.WhenAll(new[] { headers, stalled, steady, large }.Select(EndsAsync));
            await over.CancelAsync();
            await trickle;

            Assert.All(ends[0], end => Assert.StartsWith("HTTP/1.1 408", end, StringComparison.Ordinal));
            Assert.All(ends[1].Concat(ends[2]), end => Assert.Contains("RequestTimeoutException", end, StringComparison.Ordinal));
            var refused = ends[3].Count(end => end.Contains("TooManyRequestsException", StringComparison.Ordinal));
            var late = ends[3].Count(end => end.Contains("RequestTimeoutException", StringComparison.Ordinal));
            output.WriteLine($"large bodies: refused {refused}, cut off {late}");
            Assert.InRange(refused, Each - 20, Each - 1); // Nine of them are what eight mebibytes hold.
            Assert.Equal(Each, refused + late);
        }
        finally
        {
            Array.ForEach([.. headers, .. stalled, .. steady, .. large], stranger => stranger.Dispose());
        }

        await ServedAsync();
    }

    [Theory]
    [InlineData(414, 1, 20_000)]
    [InlineData(431, 200, 10)]
    [InlineData(431, 3, 20_000)]
    [InlineData(431, 100_000, 100)]
    public async Task Huge_heads_are_refused_unread(int status, int lines, int length)
    {
        using var stranger = await Stranger.OpenAsync(Address);
        var filler = new string('x', length);
        var head = new StringBuilder(lines == 1 ? $"GET /{filler} HTTP/1.1\r\nHost: x\r\n" : "GET / HTTP/1.1\r\nHost: x\r\n");
        for (var line = 0; line < lines && lines > 1; line++)
        {
            head.Append(CultureInfo.InvariantCulture, $"x-{line}: {filler}\r\n");
        }

        await stranger.TrySendAsync(Encoding.ASCII.GetBytes(head + "\r\n"));
        var answer = await stranger.ReceiveAllAsync();

        // Who still sends when the answer comes may see a reset in its place.
        Assert.True(answer.StartsWith($"HTTP/1.1 {status}", StringComparison.Ordinal) || (lines > 1000 && answer.Length == 0), answer);
        await ServedAsync();
    }

    [Theory]
    [InlineData("reset every stream")]
    [InlineData("headers without end")]
    [InlineData("pings")]
    [InlineData("settings")]
    [InlineData("streams that never end")]
    public async Task Floods_of_http2_frames_end_or_stall_and_harm_nobody(string flood)
    {
        var before = Bed.MegabytesResident;
        var frames = FramesOf(flood);
        var floods = Enumerable.Range(0, 8).Select(async _ =>
        {
            using var stranger = await Stranger.OpenAsync(Address);
            await stranger.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            await stranger.SendAsync(Stranger.Frame(type: 4, flags: 0, stream: 0));
            return await FloodAsync(stranger, frames).WaitAsync(TimeSpan.FromSeconds(40));
        }).ToArray();
        while (!Task.WhenAll(floods).IsCompleted)
        {
            await ServedAsync();
        }

        var ends = await Task.WhenAll(floods);
        output.WriteLine($"{flood}: {string.Join(", ", ends.GroupBy(end => end).Select(end => $"{end.Key} {end.Count()}"))}; "
            + $"{before} MiB, then {Bed.MegabytesResident} MiB");
        Assert.InRange(Bed.MegabytesResident - before, int.MinValue, 150);
        await ServedAsync();
    }

    /// <summary>None of it is an error of ours.</summary>
    public void Dispose()
    {
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", Bed.Server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"LogLevel\":\"Critical\"", Bed.Server.Log, StringComparison.Ordinal);
    }

    private static Task<string[]> EndsAsync(Stranger[] strangers) =>
        Task.WhenAll(strangers.Select(stranger => stranger.ReceiveAllAsync()));

    /// <summary>The server's memory with so many connections: half of them never said a word, and half have made a call.</summary>
    private async Task<int> IdleAsync(int count, int before)
    {
        var idle = new List<Stranger>();
        try
        {
            while (idle.Count < count / 2)
            {
                idle.AddRange(await Stranger.OpenAsync(Address, Wave));
            }

            await ServedAsync();
            var silent = Bed.MegabytesResident;
            while (idle.Count < count)
            {
                var wave = await Stranger.OpenAsync(Address, Wave);
                idle.AddRange(wave);
                await Task.WhenAll(wave.Select(stranger => stranger.SendAsync(Stranger.Head(2) + "{}")));
                Assert.All(
                    await Task.WhenAll(wave.Select(stranger => stranger.ReceiveAsync())),
                    answer => Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal));
            }

            await ServedAsync();
            var all = Bed.MegabytesResident;
            output.WriteLine($"{count} connections: {before} MiB, with the silent half {silent} MiB, with all {all} MiB");
            return all;
        }
        finally
        {
            idle.ForEach(stranger => stranger.Dispose());
        }
    }

    /// <summary>A normal client's call succeeds, and health too.</summary>
    private async Task ServedAsync()
    {
        var guest = await Bed.GuestAsync();
        Assert.True(guest.Answer.Ok, guest.Answer.Text);
        Assert.InRange(guest.Took, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(200, (await Bed.GetAsync("/health/ready")).Status);
    }

    /// <summary>Headers a byte at a time, and bodies a little faster than the slowest that Kestrel lets be.</summary>
    private static async Task TrickleAsync(Stranger[] headers, Stranger[] bodies, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.WhenAll(headers.Select(stranger => stranger.TrySendAsync("x"u8.ToArray())));
            await Task.WhenAll(bodies.Select(stranger => stranger.TrySendAsync(new byte[400])));
            await Task.Delay(TimeSpan.FromSeconds(0.5), CancellationToken.None);
        }
    }

    private Func<int, byte[]> FramesOf(string flood)
    {
        // Static table of HPACK (RFC 7541 appendix A): :method POST, :scheme http, :path /, and an authority.
        byte[] request = [0x83, 0x86, 0x84, 0x41, 0x01, (byte)'x'];
        var target = "AWSCognitoIdentityService.GetId"u8;
        byte[] call = [.. request, 0x00, 12, .. "x-amz-target"u8, (byte)target.Length, .. target];
        var body = Encoding.ASCII.GetBytes($$"""{"IdentityPoolId":"{{Bed.Pool}}"}""");
        byte[] filler = [0x40, 0x01, (byte)'y', 0x01, (byte)'z'];
        return flood switch
        {
            "reset every stream" => number =>
            [
                .. Stranger.Frame(1, flags: 0x4, 1 + (2 * number), call),
                .. Stranger.Frame(0, flags: 0x1, 1 + (2 * number), body),
                .. Stranger.Frame(3, flags: 0, 1 + (2 * number), 0, 0, 0, 8),
            ],
            "headers without end" => number => number == 0
                ? Stranger.Frame(1, flags: 0, 1, request)
                : Stranger.Frame(9, flags: 0, 1, [.. Enumerable.Repeat(filler, 200).SelectMany(bytes => bytes)]),
            "pings" => _ => Stranger.Frame(6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
            "settings" => _ => Stranger.Frame(4, 0, 0),
            "streams that never end" => number => Stranger.Frame(1, flags: 0x4, 1 + (2 * number), request),
            _ => throw new ArgumentOutOfRangeException(nameof(flood)),
        };
    }

    /// <summary>Sends up to a hundred thousand frames and reads nothing; what became of the connection.</summary>
    private static async Task<string> FloodAsync(Stranger stranger, Func<int, byte[]> frames)
    {
        for (var number = 0; number < 100_000; number += 100)
        {
            byte[] hundred = [.. Enumerable.Range(number, 100).SelectMany(frames)];
            var sending = stranger.TrySendAsync(hundred);
            if (await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(3))) != sending)
            {
                return "stalled";
            }

            if (!await sending)
            {
                return "hung up on";
            }
        }

        return "all taken";
    }
}

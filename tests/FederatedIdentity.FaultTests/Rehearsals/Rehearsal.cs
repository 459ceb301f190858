using System.Diagnostics;
using System.Security.Cryptography;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>How long to look before a fault, at it, and after it.</summary>
internal sealed record Pace(TimeSpan Before, TimeSpan During, TimeSpan After)
{
    public static Pace Short { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1));

    public static Pace Long { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
}

/// <summary>
/// Lets users work on a deployment while faults happen to it, one at a time, and checks after each that everything which was ever
/// acknowledged is true.
/// </summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private const int Workers = 16;
    private const int MeasuringThreads = 64; // Load, proxies and providers share this process, and must not wait for a thread.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Timeline _timeline = new();
    private readonly SdkClient _client;
    private readonly TokenVerifier _verifier;

    private Rehearsal(Deployment deployment)
    {
        Deployment = deployment;
        _client = new SdkClient(deployment.Address, _timeline);
        _verifier = deployment.Verifier();
    }

    public Deployment Deployment { get; }

    /// <summary>What was acknowledged. Whoever sets the deployment back to a backup sets this back, too.</summary>
    public Journal Journal { get; set; } = new();

    /// <summary>See <see cref="Deployment.StartAsync"/>.</summary>
    public static async Task<Rehearsal> StartAsync(
        Action<Dictionary<string, string?>>? change = null, FakeClock? clock = null, string? program = null, string? archive = null)
    {
        ThreadPool.SetMinThreads(MeasuringThreads, MeasuringThreads);
        var rehearsal = new Rehearsal(await Deployment.StartAsync(change, clock, program, archive));
        await rehearsal._verifier.ReadAsync();
        return rehearsal;
    }

    public async Task<Outcome> RunAsync(Fault fault, Pace pace, CancellationToken ct = default)
    {
        Outcome outcome;
        await using (StartLoad())
        {
            var calm = Timeline.Now;
            await Task.Delay(pace.Before, ct);
            var begins = Timeline.Now;
            await fault.BeginAsync(Deployment);
            await Task.Delay(pace.During, ct);
            var ends = Timeline.Now;
            await fault.EndAsync(Deployment);
            var over = Timeline.Now;
            await Task.Delay(pace.After, ct);
            await UntilServedAsync(ends, ct);
            var now = Timeline.Now;
            outcome = new Outcome(
                fault.Name,
                _timeline.Between(calm, begins),
                _timeline.Between(begins, ends),
                _timeline.Between(begins, now),
                _timeline.Between(over, now),
                _timeline.Between(ends, now).FirstSuccess);
            _timeline.Forget(now);
        }

        await Deployment.Postgres.MakeWholeAsync();
        await Deployment.Balancer.ServesWithAsync(Deployment.Size); // The check asks through it, and without retries.
        return outcome with { Violations = await CheckAsync() };
    }

    /// <summary>Users begin to work, and end when this is disposed.</summary>
    public Load StartLoad() => Load.Start(NewWorker, Workers);

    /// <summary>What of all that was ever acknowledged is not true, while nobody works.</summary>
    public Task<IReadOnlyCollection<string>> CheckAsync() => new Checker(Deployment, Journal, _verifier).CheckAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _verifier.Dispose();
        await Deployment.DisposeAsync();
    }

    /// <summary>However short the watch is, how long users went without is measured to the end.</summary>
    private async Task UntilServedAsync(long ends, CancellationToken ct)
    {
        while (_timeline.Between(ends, Timeline.Now).FirstSuccess is null && Stopwatch.GetElapsedTime(ends) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    private Visits NewWorker() =>
        new(_client, Journal, _verifier, Deployment.Stage, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)));
}

using FederatedIdentity.Domain.Sharing;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Rate budgets in Redis, by its clock. Where a budget is far from used up, nobody waits for Redis: this replica grants, and tells it
/// milliseconds later, with all that was granted meanwhile. Otherwise Redis is asked, one command for all charges of a request, and for
/// those of all requests that come at the same time; nothing is asked for what Redis refused a moment ago. Without Redis each replica
/// grants its share, beginning with what it has spent of it before.
/// </summary>
/// <remarks>docs/decisions/0019-limits-are-told-afterwards.md</remarks>
internal sealed class RedisRateBudgets : IRateBudgets, IDisposable
{
    /// <summary>For how long Redis is not told what was granted ahead of it.</summary>
    private static readonly TimeSpan _tellingDelay = TimeSpan.FromMilliseconds(10);

    private readonly RedisCircuit _circuit;
    private readonly LocalRateBudgets _local;
    private readonly RedisMetrics _metrics;
    private readonly string _prefix;
    private readonly UntoldCharges _untold = new();
    private readonly Lock _sending = new();
    private readonly ITimer _telling;
    private readonly Batches<ReadOnlyMemory<RateCharge>, SpendCall.Verdict?> _bills;

    public RedisRateBudgets(
        RedisCircuit circuit, LocalRateBudgets local, IOptions<RedisOptions> options, RedisMetrics metrics, TimeProvider clock)
    {
        (_circuit, _local, _metrics) = (circuit, local, metrics);
        _prefix = options.Value.KeyPrefix + "rate:";
        _bills = new(async bill => (await JudgeAsync([bill]))[0], JudgeAsync, clock, oneAfterTheOther: true);
        using (ExecutionContext.SuppressFlow())
        {
            _telling = clock.CreateTimer(_ => _ = JudgeAsync([]), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask<bool> TrySpendAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct)
    {
        if (charges.IsEmpty)
        {
            return new(true);
        }

        if (_local.AreRefused(charges.Span))
        {
            return new(Decided("memory", false));
        }

        if (_circuit.IsOpen)
        {
            return new(SpendShare(charges.Span));
        }

        return TrySpendAhead(charges.Span) ? new(Decided("ahead", true)) : AskAsync(charges);
    }

    public bool IsUsedUp(RateCharge charge) => _circuit.IsOpen ? _local.IsUsedUp(charge) : _local.AreRefused([charge]);

    public void Dispose()
    {
        _telling.Dispose();
        _bills.Dispose();
    }

    private bool TrySpendAhead(ReadOnlySpan<RateCharge> charges)
    {
        if (_untold.IsFull || !_local.TrySpendAhead(charges))
        {
            return false;
        }

        var (before, now) = _untold.Add(charges);
        if (before == 0)
        {
            _telling.Change(_tellingDelay, Timeout.InfiniteTimeSpan);
        }
        else if (before < UntoldCharges.Many && now >= UntoldCharges.Many)
        {
            _telling.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        return true;
    }

    // Not given up when the client is gone: the circuit's deadline ends it as soon, and the charges are on their way.
    private async ValueTask<bool> AskAsync(ReadOnlyMemory<RateCharge> charges)
    {
        var asked = _local.Now;
        switch (await _bills.AskAsync(charges))
        {
            case { Refusing: 0 }:
                _local.Granted(charges.Span);
                return Decided("redis", true);
            case { Refusing: var number, Wait: var wait } when number > 0 && number <= charges.Length:
                _local.Refused(charges.Span[(int)number - 1], asked, wait);
                return Decided("redis", false);
            default:
                return SpendShare(charges.Span);
        }
    }

    /// <summary>Tells what was granted ahead, and asks for a verdict on each bill, which is null when there is no answer.</summary>
    private async Task<IReadOnlyList<SpendCall.Verdict?>> JudgeAsync(ReadOnlyMemory<RateCharge>[] bills)
    {
        SpendCall call;
        Task<RedisAnswer<long[]>> answer;
        var asked = _local.Now;
        lock (_sending) // No bill is judged before what had been granted ahead of it.
        {
            var ahead = _untold.Take();
            if (ahead.Count + bills.Length == 0)
            {
                return [];
            }

            call = new(_prefix, ahead, bills);
            answer = _circuit.AskAsync(
                RedisScript.Spend.Name, call.Script, static (redis, script) => redis.RunForNumbersAsync(script), CancellationToken.None).AsTask();
        }

        var (verdicts, scarce) = call.Read((await answer).Value);
        foreach (var (budget, wait) in scarce)
        {
            _local.BecomeScarce(budget, asked, wait);
        }

        return verdicts;
    }

    private bool SpendShare(ReadOnlySpan<RateCharge> charges) => Decided("local", _local.TrySpend(charges));

    private bool Decided(string by, bool granted)
    {
        _metrics.Decided(by, granted);
        return granted;
    }
}

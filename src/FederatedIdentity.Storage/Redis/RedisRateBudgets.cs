using System.Buffers.Binary;
using FederatedIdentity.Domain.Sharing;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Rate budgets in Redis, by its clock: one command for all charges of a request, and for those of all requests that come at the same
/// time; none for what Redis refused a moment ago. Without Redis each replica grants its share, beginning with what it has spent of it
/// before.
/// </summary>
internal sealed class RedisRateBudgets : IRateBudgets, IDisposable
{
    private readonly RedisCircuit _circuit;
    private readonly LocalRateBudgets _local;
    private readonly RedisMetrics _metrics;
    private readonly string _prefix;
    private readonly Batches<ReadOnlyMemory<RateCharge>, Verdict?> _bills;

    public RedisRateBudgets(
        RedisCircuit circuit, LocalRateBudgets local, IOptions<RedisOptions> options, RedisMetrics metrics, TimeProvider clock)
    {
        (_circuit, _local, _metrics) = (circuit, local, metrics);
        _prefix = options.Value.KeyPrefix + "rate:";
        _bills = new(async bill => (await JudgeAsync([bill]))[0], JudgeAsync, clock);
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

        return _circuit.IsOpen ? new(SpendShare(charges.Span)) : AskAsync(charges, ct);
    }

    public bool IsUsedUp(RateCharge charge) => _circuit.IsOpen ? _local.IsUsedUp(charge) : _local.AreRefused([charge]);

    public void Dispose() => _bills.Dispose();

    private async ValueTask<bool> AskAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct)
    {
        var asked = _local.Now;
        switch (await _bills.AskAsync(charges).WaitAsync(ct))
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

    /// <summary>One for each bill, or null when there is no answer.</summary>
    private async Task<IReadOnlyList<Verdict?>> JudgeAsync(ReadOnlyMemory<RateCharge>[] bills)
    {
        var answer = await _circuit.AskAsync(
            RedisScript.Spend.Name, Call(bills), static (redis, call) => redis.RunForNumbersAsync(call), CancellationToken.None);
        var verdicts = new Verdict?[bills.Length];
        if (answer.Value is { } numbers && numbers.Length == 2 * bills.Length)
        {
            for (var i = 0; i < bills.Length; i++)
            {
                verdicts[i] = new(numbers[2 * i], numbers[(2 * i) + 1]);
            }
        }

        return verdicts;
    }

    private bool SpendShare(ReadOnlySpan<RateCharge> charges) => Decided("local", _local.TrySpend(charges));

    private bool Decided(string by, bool granted)
    {
        _metrics.Decided(by, granted);
        return granted;
    }

    /// <summary>Every budget once, and every bill as the places of its budgets.</summary>
    private ScriptCall Call(ReadOnlyMemory<RateCharge>[] bills)
    {
        var (places, keys, numbers) = (new Dictionary<RateCharge, int>(), new List<string>(), new List<double>());
        var bytes = new byte[bills.Sum(bill => 1 + (2 * bill.Length))];
        var written = 0;
        foreach (var bill in bills)
        {
            bytes[written++] = (byte)bill.Length;
            foreach (var charge in bill.Span)
            {
                if (!places.TryGetValue(charge, out var place))
                {
                    keys.Add(_prefix + charge.Name);
                    places.Add(charge, place = keys.Count);
                    var (interval, tolerance) = Gcra.Of(charge);
                    numbers.AddRange([interval, tolerance]);
                }

                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(written), (ushort)place);
                written += 2;
            }
        }

        return new(RedisScript.Spend, [.. keys], [.. numbers], bytes);
    }

    /// <summary>Which of a bill's charges refuses for longest, counted from 1, or 0; and for how many microseconds.</summary>
    private readonly record struct Verdict(long Refusing, long Wait);
}

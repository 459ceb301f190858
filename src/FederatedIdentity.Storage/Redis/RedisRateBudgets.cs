using System.Buffers.Binary;
using System.Runtime.InteropServices;
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
    private const int PlaceBytes = sizeof(ushort);
    private const int RuleBytes = 2 * sizeof(double);

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
        _bills = new(async bill => (await JudgeAsync([bill]))[0], JudgeAsync, clock, oneAfterTheOther: true);
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

        return _circuit.IsOpen ? new(SpendShare(charges.Span)) : AskAsync(charges);
    }

    public bool IsUsedUp(RateCharge charge) => _circuit.IsOpen ? _local.IsUsedUp(charge) : _local.AreRefused([charge]);

    public void Dispose() => _bills.Dispose();

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

    /// <summary>One for each bill, or null when there is no answer.</summary>
    private async Task<IReadOnlyList<Verdict?>> JudgeAsync(ReadOnlyMemory<RateCharge>[] bills)
    {
        var answer = await _circuit.AskAsync(
            RedisScript.Spend.Name, Call(bills), static (redis, call) => redis.RunForNumbersAsync(call), CancellationToken.None);
        var verdicts = new Verdict?[bills.Length];
        if (answer.Value is [var judged, ..] numbers && judged == bills.Length)
        {
            Array.Fill(verdicts, new Verdict(Refusing: 0, Wait: 0));
            for (var i = 1; i + 2 < numbers.Length; i += 3)
            {
                verdicts[numbers[i] - 1] = new(numbers[i + 1], numbers[i + 2]);
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

    /// <summary>Every budget once, every bill as the places of its budgets, and their rules.</summary>
    private ScriptCall Call(ReadOnlyMemory<RateCharge>[] bills)
    {
        var charges = bills.Sum(bill => bill.Length);
        var likely = bills.Length + bills[0].Length; // Most of what one has to pay is paid by the others too.
        var (places, budgets) = (new Dictionary<RateCharge, ushort>(likely), new List<RateCharge>(likely));
        var (bytes, written) = (new byte[bills.Length + (charges * (PlaceBytes + RuleBytes))], 0);
        foreach (var bill in bills)
        {
            bytes[written++] = (byte)bill.Length;
            foreach (var charge in bill.Span)
            {
                ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, charge, out var isKnown);
                if (!isKnown)
                {
                    budgets.Add(charge);
                    place = (ushort)budgets.Count;
                }

                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(written), place);
                written += PlaceBytes;
            }
        }

        var keys = new string[budgets.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = _prefix + budgets[i].Name;
            var (interval, tolerance) = Gcra.Of(budgets[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(written), interval);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(written + sizeof(double)), tolerance);
            written += RuleBytes;
        }

        return new(RedisScript.Spend, keys, [], bytes[..written]);
    }

    /// <summary>Which of a bill's charges refuses for longest, counted from 1, or 0; and for how many microseconds.</summary>
    private readonly record struct Verdict(long Refusing, long Wait);
}

using FederatedIdentity.Domain.Sharing;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// Rate budgets in Redis, by its clock: one command for all charges of a request, none for what Redis refused a moment ago. Without
/// Redis each replica grants its share, beginning with what it has spent of it before.
/// </summary>
internal sealed class RedisRateBudgets(RedisCircuit circuit, LocalRateBudgets local, IOptions<RedisOptions> options, RedisMetrics metrics)
    : IRateBudgets
{
    private readonly string _prefix = options.Value.KeyPrefix + "rate:";

    public ValueTask<bool> TrySpendAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct)
    {
        if (charges.IsEmpty)
        {
            return new(true);
        }

        if (local.AreRefused(charges.Span))
        {
            return new(Decided("memory", false));
        }

        return circuit.IsOpen ? new(SpendShare(charges.Span)) : AskAsync(charges, ct);
    }

    public bool IsUsedUp(RateCharge charge) => circuit.IsOpen ? local.IsUsedUp(charge) : local.AreRefused([charge]);

    private async ValueTask<bool> AskAsync(ReadOnlyMemory<RateCharge> charges, CancellationToken ct)
    {
        var asked = local.Now;
        var answer = await circuit.AskAsync(
            RedisScript.Spend.Name, Call(charges.Span), static (redis, call) => redis.RunForNumbersAsync(call), ct);
        switch (answer.Value)
        {
            case [0, _]:
                local.Granted(charges.Span);
                return Decided("redis", true);
            case [var number, var wait] when number > 0 && number <= charges.Length:
                local.Refused(charges.Span[(int)number - 1], asked, wait);
                return Decided("redis", false);
            default:
                return SpendShare(charges.Span);
        }
    }

    private bool SpendShare(ReadOnlySpan<RateCharge> charges) => Decided("local", local.TrySpend(charges));

    private bool Decided(string by, bool granted)
    {
        metrics.Decided(by, granted);
        return granted;
    }

    private ScriptCall Call(ReadOnlySpan<RateCharge> charges)
    {
        var keys = new string[charges.Length];
        var numbers = new double[2 * charges.Length];
        for (var i = 0; i < charges.Length; i++)
        {
            keys[i] = _prefix + charges[i].Name;
            (numbers[2 * i], numbers[(2 * i) + 1]) = Gcra.Of(charges[i]);
        }

        return new(RedisScript.Spend, keys, numbers);
    }
}

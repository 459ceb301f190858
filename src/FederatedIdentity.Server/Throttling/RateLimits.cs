using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Domain.Sharing;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Throttling;

/// <summary>
/// What each kind of request spends, in one go and once. Whoever is let in spends the budget of the account; a stranger spends that of
/// its address as well, and whoever is turned away that of its address alone, or anybody could use up the budget of an account
/// that never let him in. Every member answers null when the request may go on.
/// </summary>
internal sealed class RateLimits(IRateBudgets budgets, RateLimitMetrics metrics, IOptions<RateLimitOptions> options)
{
    // An identity's id may be all that its owner has to show, so it goes nowhere as it is. The source is part of it: who knows the id of
    // somebody else, which often is no secret, must not be able to use up the budget that its owner needs.
    private const int HashBytes = 16;

    private readonly RateLimitOptions _options = options.Value;

    // By operation, of which there are so many and no more.
    private readonly ConcurrentDictionary<string, (string Name, double PerSecond)> _accountBudgets = new(StringComparer.Ordinal);

    /// <summary>A stranger whose source was refused a moment ago: it costs nothing, not even to read what it sends.</summary>
    public ApiError? RefusalAtOnce(CallContext call) =>
        _options is { Enabled: true, PerSource: > 0 } && call.SourceName is { } source
            && budgets.IsUsedUp(RateBill.ChargeOf(RateScope.Source, source, _options.PerSource, _options.Burst))
            ? Refuse(call, RateScope.Source)
            : null;

    /// <summary>Of a signed call that is allowed.</summary>
    public ValueTask<ApiError?> OfCallerAsync(CallContext call, CancellationToken ct) =>
        _options.Enabled ? SpendAsync(OfAccount(Bill(), call.AccountId, call), call, ct) : default;

    /// <summary>Of a call that is refused in any case: it lacks a signature or a permission, or what it names does not exist.</summary>
    public ValueTask<ApiError?> OfTurnedAwayAsync(CallContext call, CancellationToken ct) =>
        _options.Enabled ? SpendAsync(OfSource(Bill(), call), call, ct) : default;

    /// <summary>Of an unsigned call for a role of an account.</summary>
    public ValueTask<ApiError?> OfStrangerAsync(string accountId, CallContext call, CancellationToken ct) =>
        _options.Enabled ? SpendAsync(OfSource(OfAccount(Bill(), accountId, call), call), call, ct) : default;

    /// <summary>Of an unsigned call about a pool, and when it is to give something out for an identity, about that, from one source.</summary>
    public ValueTask<ApiError?> OfStrangerAsync(Pool pool, IdentityId? identity, CallContext call, CancellationToken ct)
    {
        if (!_options.Enabled)
        {
            return default; // The hash below costs something.
        }

        var bill = OfSource(OfAccount(Bill(), pool.AccountId, call), call)
            .Add(RateScope.Pool, pool.Id.Value, pool.RateLimit ?? _options.PerPool);
        if (identity is { } id)
        {
            bill.Add(RateScope.Identity, HashOf(id, call), _options.PerIdentity);
        }

        return SpendAsync(bill, call, ct);
    }

    private RateBill Bill() => new(_options.Burst);

    private RateBill OfAccount(RateBill bill, string accountId, CallContext call)
    {
        var budget = _accountBudgets.GetOrAdd(call.Operation!, AccountBudgetOf);
        return bill.Add(RateScope.Account, accountId + "/" + budget.Name, budget.PerSecond);
    }

    private (string Name, double PerSecond) AccountBudgetOf(string operation)
    {
        var name = _options.BudgetOf(operation);
        return (name, _options.Operations.GetValueOrDefault(name));
    }

    private RateBill OfSource(RateBill bill, CallContext call) =>
        call.SourceName is { } source ? bill.Add(RateScope.Source, source, _options.PerSource) : bill;

    private ValueTask<ApiError?> SpendAsync(RateBill bill, CallContext call, CancellationToken ct)
    {
        if (bill.Charges.IsEmpty)
        {
            return default;
        }

        var spending = budgets.TrySpendAsync(bill.Charges, ct);
        if (spending.IsCompletedSuccessfully)
        {
            return new(Settled(spending.Result, bill, call));
        }

        var payment = new TaskCompletionSource<ApiError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = SettleAsync(payment, spending, bill, call);
        return new(payment.Task);
    }

    /// <summary>
    /// Those whose answers come together settle one after the other, where these come; whoever waits for it by then goes on elsewhere. Most
    /// do not: their identity is still being read, and so they need no turn of a thread for having paid.
    /// </summary>
    private async Task SettleAsync(TaskCompletionSource<ApiError?> payment, ValueTask<bool> spending, RateBill bill, CallContext call)
    {
        try
        {
            payment.SetResult(Settled(await spending, bill, call));
        }
#pragma warning disable CA1031 // It is thrown where the payment is waited for.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            payment.SetException(failure);
        }
    }

    private ApiError? Settled(bool granted, RateBill bill, CallContext call)
    {
        if (!granted)
        {
            return Refuse(call, UsedUp(bill));
        }

        for (var place = 0; place < bill.Charges.Length; place++)
        {
            metrics.Granted(bill.ScopeOf(place));
        }

        return null;
    }

    private RateScope? UsedUp(RateBill bill)
    {
        var charges = bill.Charges.Span;
        for (var place = 0; place < charges.Length; place++)
        {
            if (budgets.IsUsedUp(charges[place]))
            {
                return bill.ScopeOf(place);
            }
        }

        return null;
    }

    private ApiError Refuse(CallContext call, RateScope? scope)
    {
        metrics.Refused(call.Operation!, scope);
        return ApiError.TooManyRequests();
    }

    private static string HashOf(IdentityId id, CallContext call)
    {
        var source = call.SourceName ?? "";
        Span<byte> whose = stackalloc byte[Encoding.UTF8.GetMaxByteCount(id.Value.Length + 1 + source.Length)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Utf8.TryWrite(whose, $"{id.Value} {source}", out var length);
        SHA256.HashData(whose[..length], hash);
        return Base64Url.EncodeToString(hash[..HashBytes]);
    }
}

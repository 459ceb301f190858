using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// One run of <c>Scripts/spend.lua</c>: what was granted ahead of it, then the bills that it is to judge. Every budget is named once,
/// every bill is the places of its budgets.
/// </summary>
internal sealed class SpendCall
{
    private const int PlaceBytes = sizeof(ushort);
    private const int RuleBytes = 3 * sizeof(double);
    private const int AnswerNumbers = 3;

    private readonly List<RateCharge> _budgets;
    private readonly int _bills;

    /// <summary>The keys are the budgets' names after <paramref name="prefix"/>.</summary>
    public SpendCall(string prefix, IReadOnlyDictionary<RateCharge, int> ahead, ReadOnlyMemory<RateCharge>[] bills)
    {
        var charges = bills.Sum(bill => bill.Length);
        var likely = ahead.Count + bills.Length + bills.FirstOrDefault().Length; // Most of what one has to pay is paid by the others too.
        var places = new Dictionary<RateCharge, ushort>(likely);
        (_bills, _budgets) = (bills.Length, new(likely));
        foreach (var charge in ahead.Keys)
        {
            PlaceOf(charge, places);
        }

        var (bytes, written) = (new byte[bills.Length + (charges * PlaceBytes) + ((ahead.Count + charges) * RuleBytes)], 0);
        foreach (var bill in bills)
        {
            bytes[written++] = (byte)bill.Length;
            foreach (var charge in bill.Span)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(written), PlaceOf(charge, places));
                written += PlaceBytes;
            }
        }

        var keys = new string[_budgets.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = prefix + _budgets[i].Name;
            var (interval, tolerance) = Gcra.Of(_budgets[i]);
            var rule = bytes.AsSpan(written);
            BinaryPrimitives.WriteDoubleLittleEndian(rule, interval);
            BinaryPrimitives.WriteDoubleLittleEndian(rule[sizeof(double)..], tolerance);
            BinaryPrimitives.WriteDoubleLittleEndian(rule[(2 * sizeof(double))..], ahead.GetValueOrDefault(_budgets[i]));
            written += RuleBytes;
        }

        Script = new(RedisScript.Spend, keys, [], bytes[..written]);
    }

    public ScriptCall Script { get; }

    /// <summary>
    /// A verdict for each bill, null where there is no answer that makes sense; and the budgets that have less than half left, with for how
    /// many microseconds.
    /// </summary>
    public (Verdict?[] Verdicts, List<(RateCharge Budget, long Wait)> Scarce) Read(long[]? answer)
    {
        var (verdicts, scarce) = (new Verdict?[_bills], new List<(RateCharge, long)>());
        if (answer is not [var judged, ..] || judged != _bills || answer.Length % AnswerNumbers != 1)
        {
            return (verdicts, scarce);
        }

        Array.Fill(verdicts, new Verdict(Refusing: 0, Wait: 0));
        for (var i = 1; i < answer.Length; i += AnswerNumbers)
        {
            var (bill, place, wait) = (answer[i], answer[i + 1], answer[i + 2]);
            if (bill == 0 && place > 0 && place <= _budgets.Count)
            {
                scarce.Add((_budgets[(int)place - 1], wait));
            }
            else if (bill > 0 && bill <= _bills)
            {
                verdicts[bill - 1] = new(place, wait);
            }
        }

        return (verdicts, scarce);
    }

    /// <summary>Counted from 1.</summary>
    private ushort PlaceOf(RateCharge charge, Dictionary<RateCharge, ushort> places)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, charge, out var isKnown);
        if (!isKnown)
        {
            _budgets.Add(charge);
            place = (ushort)_budgets.Count;
        }

        return place;
    }

    /// <summary>Which of a bill's charges refuses for longest, counted from 1, or 0; and for how many microseconds.</summary>
    internal readonly record struct Verdict(long Refusing, long Wait);
}

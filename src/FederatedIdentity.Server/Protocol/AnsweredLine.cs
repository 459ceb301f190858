using System.Collections;
using System.Globalization;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// The log line of a call that was answered, the one that every call writes. Its text and values are made once, however many outputs there
/// are: for each of them a template would be filled in anew.
/// </summary>
internal sealed class AnsweredLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    public static readonly EventId Event = new(1, "Answered");

    private readonly KeyValuePair<string, object?>[] _values;
    private readonly string _text;

    public AnsweredLine(CallContext call, string outcome, TimeSpan elapsed)
    {
        var (milliseconds, source) = (elapsed.TotalMilliseconds, call.Source?.ToString());
        _text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(call.Operation)} pool={Text(call.Pool)} outcome={outcome} ms={milliseconds:0.0} request={call.RequestId} source={Text(source)}");
        _values =
        [
            new("Operation", call.Operation),
            new("Pool", call.Pool),
            new("Outcome", outcome),
            new("Milliseconds", milliseconds),
            new("RequestId", call.RequestId),
            new("Source", source),
            new("{OriginalFormat}",
                "{Operation} pool={Pool} outcome={Outcome} ms={Milliseconds:0.0} request={RequestId} source={Source}"),
        ];
    }

    public int Count => _values.Length;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => _text;

    /// <summary>What a template says of nothing.</summary>
    private static string Text(string? value) => value ?? "(null)";
}

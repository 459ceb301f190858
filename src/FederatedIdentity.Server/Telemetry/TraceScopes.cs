using System.Collections;
using System.Diagnostics;

namespace FederatedIdentity.Server.Telemetry;

/// <summary>
/// Gives each log line the ids of the trace that it belongs to, and nothing else: the scopes of the web framework, which quote paths, are
/// not kept.
/// </summary>
internal sealed class TraceScopes : IExternalScopeProvider
{
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        if (Activity.Current is { } current)
        {
            callback(new Ids(current), state);
        }
    }

    public IDisposable Push(object? state) => Nothing.Instance;

    private sealed class Ids(Activity current) : IEnumerable<KeyValuePair<string, object?>>
    {
        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return new("TraceId", current.TraceId.ToHexString());
            yield return new("SpanId", current.SpanId.ToHexString());
            yield return new("TraceFlags", current.Recorded ? "01" : "00");
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => current.Recorded ? "traced" : "not traced";
    }

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}

using System.Collections.Concurrent;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// What must be true of things by what was acknowledged: usually one value for each, several while an answer is out or was lost.
/// An acknowledged value that could not be is a contradiction.
/// </summary>
internal sealed class Facts(string what, Action<string> contradiction)
{
    private readonly ConcurrentDictionary<string, string[]> _possible = [];

    public IEnumerable<KeyValuePair<string, string[]>> All => _possible;

    public int Count => _possible.Count;

    /// <summary>A call begins that may make one of these true.</summary>
    public void May(string key, params string[] values) =>
        _possible.AddOrUpdate(key, _ => values, (_, known) => [.. known.Union(values)]);

    /// <summary>Acknowledged.</summary>
    public void Is(string key, string value)
    {
        if (_possible.TryGetValue(key, out var known) && !known.Contains(value))
        {
            contradiction($"{what} {key}: {value} was acknowledged, after {string.Join(" or ", known)}");
        }

        _possible.AddOrUpdate(key, _ => [value], (_, before) => before.Contains(value) ? [value] : before);
    }
}

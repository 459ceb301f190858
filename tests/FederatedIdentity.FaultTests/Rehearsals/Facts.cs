using System.Collections.Concurrent;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// What must be true of things by what was acknowledged: usually one value for each, several while an answer is out or was lost.
/// An acknowledged value that could not be is a contradiction.
/// </summary>
internal sealed class Facts(string what, Action<string> contradiction)
{
    private readonly ConcurrentDictionary<string, string[]> _possible = [];
    private readonly Lock _lock = new();
    private Facts? _fork;

    public IEnumerable<KeyValuePair<string, string[]>> All => _possible;

    public int Count => _possible.Count;

    /// <summary>A call begins that may make one of these true.</summary>
    public void May(string key, params string[] values)
    {
        lock (_lock)
        {
            _possible.AddOrUpdate(key, _ => values, (_, known) => [.. known.Union(values)]);
            _fork?.Widen(key, values);
        }
    }

    /// <summary>Acknowledged.</summary>
    public void Is(string key, string value)
    {
        lock (_lock)
        {
            if (_possible.TryGetValue(key, out var known) && !known.Contains(value))
            {
                contradiction($"{what} {key}: {value} was acknowledged, after {string.Join(" or ", known)}");
            }

            _possible.AddOrUpdate(key, _ => [value], (_, before) => before.Contains(value) ? [value] : before);
            _fork?.Widen(key, value);
        }
    }

    /// <summary>
    /// What is known now and must be in a backup that is taken from now on until <see cref="Part"/>: of what changes meanwhile, the backup
    /// may have any state.
    /// </summary>
    public Facts Fork(Action<string> contradictionOfFork)
    {
        lock (_lock)
        {
            _fork = new Facts(what, contradictionOfFork);
            foreach (var (key, values) in _possible)
            {
                _fork._possible[key] = values;
            }

            return _fork;
        }
    }

    /// <summary>The backup is done: what happens from now on is not in it.</summary>
    public void Part()
    {
        lock (_lock)
        {
            _fork = null;
        }
    }

    private void Widen(string key, params string[] values)
    {
        if (_possible.TryGetValue(key, out var known))
        {
            _possible[key] = [.. known.Union(values)];
        }
    }
}

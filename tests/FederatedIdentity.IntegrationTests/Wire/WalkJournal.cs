using System.Collections.Concurrent;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>
/// What a walk was told and when, in ticks of one counter: a call that starts at a later tick than another ended saw its effect.
/// </summary>
internal sealed class WalkJournal
{
    private readonly ConcurrentQueue<(string Login, string Identity, long Started)> _owners = [];
    private readonly ConcurrentQueue<(string Login, long Ended)> _removals = [];
    private readonly ConcurrentQueue<(string Identity, long Started)> _used = [];
    private readonly ConcurrentDictionary<string, long> _dead = [];
    private long _tick;

    public long Tick() => Interlocked.Increment(ref _tick);

    /// <summary>A call said that this identity has these logins.</summary>
    public void Owns(string identity, long started, params string[] logins)
    {
        _used.Enqueue((identity, started));
        foreach (var login in logins)
        {
            _owners.Enqueue((login, identity, started));
        }
    }

    /// <summary>A call that may have taken this login from its identity ended.</summary>
    public void Removed(string login) => _removals.Enqueue((login, Tick()));

    /// <summary>A call said that this identity is disabled or gone.</summary>
    public void Dead(string identity)
    {
        var tick = Tick();
        _dead.AddOrUpdate(identity, tick, (_, before) => Math.Min(before, tick));
    }

    /// <summary>Identities that a call used although it began after another had been told that they are disabled or gone.</summary>
    public IEnumerable<string> Risen() => _used
        .Where(use => _dead.TryGetValue(use.Identity, out var died) && died < use.Started)
        .Select(use => use.Identity);

    /// <summary>
    /// Logins that were said to have an owner, that nobody has removed since, and that now have none, or one other than the
    /// identity of then although that one is alive.
    /// </summary>
    public IEnumerable<string> Lost(IReadOnlyDictionary<string, string> owners, IReadOnlySet<string> alive) =>
        from said in _owners
        where !_removals.Any(removal => removal.Login == said.Login && removal.Ended > said.Started)
        where !owners.TryGetValue(said.Login, out var owner) || (owner != said.Identity && alive.Contains(said.Identity))
        select $"{said.Login} of {said.Identity}";
}

using System.Collections.Concurrent;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Tests.Shared;

/// <summary>
/// An identity store in memory that keeps the promises of the real one: atomic writes, versions, one owner a login. Keeps a record
/// of the calls it got, and lets a test slip another request in just before a write.
/// </summary>
internal sealed class InMemoryIdentityStore : IIdentityStore
{
    private readonly Lock _gate = new();
    private readonly HashSet<PoolId> _pools = [];
    private readonly Dictionary<IdentityId, Identity> _identities = [];
    private readonly Dictionary<IdentityId, DateTimeOffset> _modified = [];
    private readonly Dictionary<(PoolId Pool, Login Login), IdentityId> _owners = [];
    private Func<Task>? _beforeWrite;

    /// <summary>Runs once, before the next write and outside the lock. It may write itself, and may set itself again.</summary>
    public Func<Task>? BeforeWrite
    {
        set => _beforeWrite = value;
    }

    /// <summary>The names of the store's methods in the order of their calls.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    public PoolId AddPool(PoolId pool)
    {
        lock (_gate)
        {
            _pools.Add(pool);
        }

        return pool;
    }

    /// <summary>Deletes an identity for good, as DeleteIdentities does.</summary>
    public void Delete(IdentityId id)
    {
        lock (_gate)
        {
            if (_identities.Remove(id, out var identity))
            {
                Disown(identity);
            }
        }
    }

    /// <summary>Deletes a pool with all that is in it.</summary>
    public void DeletePool(PoolId pool)
    {
        lock (_gate)
        {
            _pools.Remove(pool);
            foreach (var identity in _identities.Values.Where(identity => identity.Pool == pool).ToArray())
            {
                _identities.Remove(identity.Id);
                Disown(identity);
            }
        }
    }

    /// <summary>Changes nothing but the version, as any concurrent change would.</summary>
    public void Touch(IdentityId id)
    {
        lock (_gate)
        {
            _identities[id] = _identities[id] with { Version = _identities[id].Version + 1 };
        }
    }

    /// <summary>Makes it look as if nobody had used the identity for so long.</summary>
    public void Neglect(IdentityId id, TimeSpan unused)
    {
        lock (_gate)
        {
            _identities[id] = _identities[id] with { Unused = unused };
        }
    }

    /// <summary>Everything that is stored, as one consistent picture.</summary>
    public IReadOnlyList<Identity> Snapshot()
    {
        lock (_gate)
        {
            return [.. _identities.Values];
        }
    }

    public DateTimeOffset ModifiedAt(IdentityId id)
    {
        lock (_gate)
        {
            return _modified[id];
        }
    }

    public async ValueTask<IReadOnlyDictionary<Login, IdentityId>> OwnersAsync(
        PoolId pool, IReadOnlyList<Login> logins, CancellationToken ct)
    {
        await EnterAsync(nameof(OwnersAsync), ct);
        lock (_gate)
        {
            return logins.Distinct().Where(login => _owners.ContainsKey((pool, login))).ToDictionary(l => l, l => _owners[(pool, l)]);
        }
    }

    public async ValueTask<IReadOnlyList<Identity>> LoadAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct)
    {
        await EnterAsync(nameof(LoadAsync), ct);
        lock (_gate)
        {
            return [.. ids.Distinct().Where(_identities.ContainsKey).Select(id => _identities[id])];
        }
    }

    public async ValueTask<CreateOutcome> TryCreateAsync(
        IdentityId id, PoolId pool, IReadOnlyList<Login> logins, DateTimeOffset now, CancellationToken ct)
    {
        await EnterAsync(nameof(TryCreateAsync), ct);
        await RunBeforeWriteAsync();
        lock (_gate)
        {
            if (!_pools.Contains(pool))
            {
                return CreateOutcome.PoolNotFound;
            }

            if (logins.Any(login => _owners.ContainsKey((pool, login))))
            {
                return CreateOutcome.LoginTaken;
            }

            var state = logins.Count == 0 ? IdentityState.Unauthenticated : IdentityState.Authenticated;
            _identities.Add(id, new Identity(id, pool, state, now, 1, []));
            Put(_identities[id] with { Logins = [.. logins] }, now);
            return CreateOutcome.Created;
        }
    }

    public async ValueTask<bool> TryLinkAsync(LinkDecision.Link link, DateTimeOffset now, CancellationToken ct)
    {
        await EnterAsync(nameof(TryLinkAsync), ct);
        await RunBeforeWriteAsync();
        lock (_gate)
        {
            var pool = link.Survivor.Pool;
            if (!link.Absorbed.Append(link.Survivor).All(IsCurrent)
                || link.NewLogins.Any(login => _owners.ContainsKey((pool, login))))
            {
                return false;
            }

            Login[] logins = [.. link.Survivor.Logins, .. link.NewLogins, .. link.Absorbed.SelectMany(identity => identity.Logins)];
            foreach (var absorbed in link.Absorbed)
            {
                Disown(absorbed);
                Put(absorbed with { State = IdentityState.Disabled, Version = absorbed.Version + 1, Logins = [] }, now);
            }

            Put(link.Survivor with { State = IdentityState.Authenticated, Version = link.Survivor.Version + 1, Logins = logins }, now);
            return true;
        }
    }

    public async ValueTask<bool> TryUnlinkAsync(UnlinkDecision.Remove remove, DateTimeOffset now, CancellationToken ct)
    {
        await EnterAsync(nameof(TryUnlinkAsync), ct);
        await RunBeforeWriteAsync();
        lock (_gate)
        {
            if (!IsCurrent(remove.Identity))
            {
                return false;
            }

            Disown(remove.Identity);
            Put(
                remove.Identity with
                {
                    State = remove.Next,
                    Version = remove.Identity.Version + 1,
                    Logins = [.. remove.Identity.Logins.Except(remove.Logins)],
                },
                now);
            return true;
        }
    }

    public async ValueTask<IReadOnlyCollection<IdentityId>> NoteUsesAsync(IReadOnlyCollection<IdentityId> ids, CancellationToken ct)
    {
        await EnterAsync(nameof(NoteUsesAsync), ct);
        await RunBeforeWriteAsync();
        lock (_gate)
        {
            IdentityId[] existing = [.. ids.Distinct().Where(_identities.ContainsKey)];
            foreach (var id in existing)
            {
                _identities[id] = _identities[id] with { Unused = TimeSpan.Zero };
            }

            return existing;
        }
    }

    private bool IsCurrent(Identity identity) =>
        _identities.TryGetValue(identity.Id, out var current) && current.Version == identity.Version;

    private void Put(Identity identity, DateTimeOffset now)
    {
        _identities[identity.Id] = identity;
        _modified[identity.Id] = now;
        foreach (var login in identity.Logins)
        {
            _owners[(identity.Pool, login)] = identity.Id;
        }
    }

    private void Disown(Identity identity)
    {
        foreach (var login in identity.Logins)
        {
            _owners.Remove((identity.Pool, login));
        }
    }

    // Yields now and then, so that concurrent tests interleave for real.
    private async ValueTask EnterAsync(string call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Calls.Enqueue(call);
        await Task.Yield();
    }

    private async ValueTask RunBeforeWriteAsync()
    {
        if (Interlocked.Exchange(ref _beforeWrite, null) is { } hook)
        {
            await hook();
        }
    }
}

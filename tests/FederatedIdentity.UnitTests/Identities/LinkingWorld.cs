using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>
/// A pool that random requests work on, a few at once. After each answer it compares the whole store with what was acknowledged so
/// far, and fails on the first broken promise. A step is one number: the same numbers make the same world.
/// </summary>
internal sealed class LinkingWorld
{
    private static readonly Login[] Universe =
    [
        .. from provider in new[] { "g", "f", "t" }
           from user in Enumerable.Range(1, 3)
           select new Login(LoginKind.Public, provider, $"{user}"),
        .. Enumerable.Range(1, 40).Select(user => new Login(LoginKind.Developer, "dev", $"{user}")),
    ];

    private readonly InMemoryIdentityStore _store = new();
    private readonly IdentityResolver _resolver;
    private readonly PoolId _pool;
    private readonly List<IdentityId> _ids = [];
    private readonly HashSet<IdentityId> _disabled = [];
    private readonly HashSet<IdentityId> _linked = [];

    // Logins that were once acknowledged to be of one identity; each login leads to the set it is in.
    private readonly Dictionary<Login, HashSet<Login>> _together = [];

    public LinkingWorld()
    {
        _pool = _store.AddPool(new PoolId("pool"));
        _resolver = new IdentityResolver(_store, new RecordingClock(), NewId);
    }

    /// <summary>How often each kind of answer was given.</summary>
    public Dictionary<string, int> Answers { get; } = [];

    /// <summary>One request; with a chance of one in two, others slip in before its first writes.</summary>
    public async Task StepAsync(int number)
    {
        var random = new Random(number);
        var rivals = random.Next(2) == 0 ? 0 : random.Next(1, 4);
        _store.BeforeWrite = null;
        Interfere(random, rivals);
        await RequestAsync(random);
    }

    private void Interfere(Random random, int rivals)
    {
        if (rivals > 0)
        {
            _store.BeforeWrite = async () =>
            {
                await RequestAsync(random);
                Interfere(random, rivals - 1);
            };
        }
    }

    private async Task RequestAsync(Random random)
    {
        Login[] logins = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Universe[random.Next(Universe.Length)]).Distinct()];
        var given = _ids.Count > 0 && random.Next(2) == 0 ? Find(_ids[random.Next(_ids.Count)]) : null;
        if (given is { State: IdentityState.Authenticated } && random.Next(4) > 0)
        {
            logins = [given.Logins[random.Next(given.Logins.Count)], .. logins];
        }

        var resolution = given is null
            ? await _resolver.ResolveAsync(_pool, logins, JustWaiting.Instance, default)
            : await _resolver.ResolveAsync(given, logins, JustWaiting.Instance, default);
        Note(resolution);
        CheckStore();
        if (resolution is Resolution.Resolved resolved)
        {
            CheckAnswer(resolved.Identity, logins);
            await CheckAgainAsync(resolved.Identity, logins);
        }
    }

    private IdentityId NewId()
    {
        _ids.Add(new IdentityId($"identity-{_ids.Count}"));
        return _ids[^1];
    }

    private Identity? Find(IdentityId id) => _store.Snapshot().SingleOrDefault(identity => identity.Id == id);

    private void Note(Resolution resolution)
    {
        var kind = resolution switch
        {
            Resolution.Resolved { Changed: true } => "Changed",
            Resolution.Resolved => "Kept",
            Resolution.Refused refused => $"{refused.Refusal}",
            _ => throw new InvalidOperationException($"Nothing is deleted here, and yet: {resolution}"),
        };
        Answers[kind] = Answers.GetValueOrDefault(kind) + 1;
    }

    // What holds of the store at any time, and what was acknowledged before.
    private void CheckStore()
    {
        var owners = new Dictionary<Login, IdentityId>();
        foreach (var identity in _store.Snapshot())
        {
            CheckIdentity(identity);
            Assert.DoesNotContain(identity.Logins, login => !owners.TryAdd(login, identity.Id));
        }

        foreach (var group in _together.Values.Distinct())
        {
            Assert.DoesNotContain(group, login => !owners.ContainsKey(login));
            Assert.Single(group.Select(login => owners[login]).Distinct());
        }
    }

    private void CheckIdentity(Identity identity)
    {
        Assert.InRange(identity.Logins.Count, 0, Identity.MaxLogins);
        Assert.Equal(identity.State == IdentityState.Authenticated, identity.Logins.Count > 0);
        var providers = identity.Logins.Where(login => login.Kind == LoginKind.Public).Select(login => login.Provider).ToArray();
        Assert.Equal(providers.Distinct(), providers);

        Assert.True(identity.State == IdentityState.Disabled || !_disabled.Contains(identity.Id), "A disabled identity came back.");
        Assert.True(identity.State != IdentityState.Unauthenticated || !_linked.Contains(identity.Id), "A user became a guest again.");
        (identity.State switch
        {
            IdentityState.Disabled => _disabled,
            IdentityState.Authenticated => _linked,
            _ => [],
        }).Add(identity.Id);
    }

    private void CheckAnswer(IdentityId id, Login[] logins)
    {
        var identity = Find(id);
        Assert.NotNull(identity);
        Assert.Equal(logins.Length == 0 ? IdentityState.Unauthenticated : IdentityState.Authenticated, identity.State);
        Assert.All(logins, login => Assert.True(identity.Owns(login)));

        var group = logins.SelectMany(login => _together.GetValueOrDefault(login, [login])).ToHashSet();
        foreach (var login in group)
        {
            _together[login] = group;
        }
    }

    // Deciding twice changes nothing, whichever way one asks.
    private async Task CheckAgainAsync(IdentityId id, Login[] logins)
    {
        var unchanged = new Resolution.Resolved(id, Changed: false);
        Assert.Equal(unchanged, await _resolver.ResolveAsync(Find(id)!, logins, JustWaiting.Instance, default));
        if (logins.Length > 0)
        {
            Assert.Equal(unchanged, await _resolver.ResolveAsync(_pool, [.. logins.Reverse()], JustWaiting.Instance, default));
        }
    }
}

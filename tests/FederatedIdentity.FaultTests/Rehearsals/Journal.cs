using System.Collections.Concurrent;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>Every acknowledged answer, as the facts that follow from it, and everything that contradicted one of them.</summary>
internal sealed class Journal
{
    /// <summary>The owner of a login that is on no identity.</summary>
    public const string Nobody = "nobody";

    public const string Guest = "a guest";
    public const string Authenticated = "authenticated";
    public const string Disabled = "disabled";

    private const int KeptTokens = 2000;

    private readonly ConcurrentQueue<string> _violations = [];
    private readonly List<User> _settled = [];
    private readonly Lock _lock = new();

    public Journal() => (Owners, States) = (new("login", Violated), new("identity", Violated));

    private Journal(Journal origin)
    {
        (Owners, States, Tokens) = (origin.Owners.Fork(Violated), origin.States.Fork(Violated), new(origin.Tokens));
        lock (origin._lock)
        {
            _settled.AddRange(origin._settled);
        }
    }

    /// <summary>The identity of each login.</summary>
    public Facts Owners { get; }

    /// <summary>The state of each identity.</summary>
    public Facts States { get; }

    /// <summary>A sample of the tokens, with the identity each was made out to.</summary>
    public ConcurrentQueue<(string Token, string Identity)> Tokens { get; } = [];

    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>What a backup must hold that is taken from now on until <see cref="Part"/>.</summary>
    public Journal Fork() => new(this);

    public void Part()
    {
        Owners.Part();
        States.Part();
    }

    public void Violated(string what) => _violations.Enqueue(what);

    /// <summary>An answer said who owns a login.</summary>
    public void Owns(User user, string identity)
    {
        Owners.Is(user.Login, identity);
        States.Is(identity, Authenticated);
    }

    /// <summary>From now on nothing about this user changes, so that anybody may ask for it at any time.</summary>
    public void Settled(User user)
    {
        lock (_lock)
        {
            _settled.Add(user);
        }
    }

    /// <summary>A settled user, or null while there is none.</summary>
    public User? Known(Random random)
    {
        lock (_lock)
        {
            return _settled.Count == 0 ? null : _settled[random.Next(_settled.Count)];
        }
    }

    public void Keep(string token, string identity)
    {
        Tokens.Enqueue((token, identity));
        if (Tokens.Count > KeptTokens)
        {
            Tokens.TryDequeue(out _);
        }
    }
}

/// <summary>A user of a provider.</summary>
internal sealed record User(TokenMint Mint, string Subject)
{
    /// <summary>As the database names it.</summary>
    public string Login => $"{Mint.LoginKey} {Subject}";

    public Dictionary<string, string> Proof() => Mint.Login(Subject);
}

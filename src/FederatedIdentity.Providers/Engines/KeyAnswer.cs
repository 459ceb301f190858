using FederatedIdentity.Jose;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// One successfully fetched key set, with the moment it was fetched (a <see cref="TimeProvider"/> timestamp), how long it lives, and the
/// moment again as the replicas tell sets apart: by the wall clock of the one that fetched it.
/// </summary>
internal sealed record KeySnapshot(JwkSet Keys, long FetchedAt, TimeSpan Lifetime, DateTimeOffset FetchedWhen);

/// <summary>What an issuer's key cache answers.</summary>
internal abstract record KeyAnswer
{
    private KeyAnswer() { }

    /// <summary>Keys that may be used now.</summary>
    public sealed record Available(KeySnapshot Snapshot) : KeyAnswer;

    /// <summary>Nothing newer than what the caller has seen, and it is too early to ask again.</summary>
    public sealed record NoneNewer : KeyAnswer
    {
        public static readonly NoneNewer Instance = new();
    }

    /// <summary>The issuer could not be asked.</summary>
    public sealed record Unavailable(string Detail) : KeyAnswer;
}

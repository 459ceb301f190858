using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.Server.OpenId;

/// <summary>
/// What we vouch for about an identity, in a token or to STS: <paramref name="Subject"/> is the identity, <paramref name="Audience"/>
/// its pool, <paramref name="Amr"/> how it proved itself, and <paramref name="Tags"/> its principal tags, at most one of each key
/// regardless of case.
/// </summary>
internal sealed record IdentityClaims(
    string Subject, string Audience, IReadOnlyList<string> Amr, IReadOnlyDictionary<string, string> Tags)
{
    private static readonly string[] _guest = ["unauthenticated"];
    private static readonly SortedDictionary<string, string> _noTags = [];

    public bool IsGuest => !Amr.Contains("authenticated");

    /// <summary>
    /// <paramref name="logins"/> are the logins proven in this call, not all that the identity has; none makes a guest. Their claims
    /// give principal tags as the pool says; <paramref name="tags"/> come from the developer and win.
    /// </summary>
    public static IdentityClaims Of(
        IdentityId identity, Pool pool, IReadOnlyList<VerifiedLogin> logins, IEnumerable<KeyValuePair<string, string>>? tags = null) =>
        new(identity.Value, pool.Id.Value, AmrOf(logins), TagsOf(pool, logins, tags));

    private static string[] AmrOf(IReadOnlyList<VerifiedLogin> logins) => logins switch
    {
        [] => _guest,
        [var only] => ["authenticated", only.Login.Provider, only.Amr],
        _ => ["authenticated", .. logins.SelectMany(login => new[] { login.Login.Provider, login.Amr })],
    };

    private static SortedDictionary<string, string> TagsOf(
        Pool pool, IReadOnlyList<VerifiedLogin> logins, IEnumerable<KeyValuePair<string, string>>? given)
    {
        if (given is null && pool.PrincipalTagMaps.Count == 0)
        {
            return _noTags;
        }

        var tags = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase); // As STS compares tag keys.
        foreach (var (key, value) in given ?? [])
        {
            tags[key] = value;
        }

        foreach (var login in logins)
        {
            foreach (var (key, value) in pool.PrincipalTagsFor(login.Login.Provider, login.Claims))
            {
                tags.TryAdd(key, value); // The first login that gives a tag keeps it.
            }
        }

        return tags;
    }
}

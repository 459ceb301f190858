using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Server.Sts;

namespace FederatedIdentity.Server.Iam;

/// <summary>
/// What a caller may do and is tagged with as of now. <paramref name="Layers"/> narrow each other: the policies of the user or role
/// first, then those of the session.
/// </summary>
internal sealed record Standing(IReadOnlyList<IReadOnlyList<PolicyDocument>> Layers, IReadOnlyDictionary<string, string> Tags);

/// <summary>
/// Looks up what a user, or the bearer of a role's session, may do. Whoever was deleted, and created again under the same name, is
/// somebody else: nothing is found for what was issued to the first.
/// </summary>
internal sealed class Standings(PrincipalCatalog principals)
{
    /// <summary>Null when whoever the caller is has been deleted. Not for an account's root, which has no policies.</summary>
    public async ValueTask<Standing?> FindAsync(Caller caller, CancellationToken ct)
    {
        var id = caller.Session?.Session.PrincipalId ?? caller.UserId;
        if (caller.Kind == CallerKind.Role)
        {
            return await principals.FindRoleAsync(caller.AccountId, caller.Name, ct) is { } role && role.Id == id
                ? new Standing([role.Policies, .. SessionLayers(caller)], TagsOf(role, caller.Session!.Session))
                : null;
        }

        return await principals.FindUserAsync(caller.AccountId, caller.Name, ct) is { } user && user.Id == id
            ? new Standing([user.Policies, .. SessionLayers(caller)], user.Tags)
            : null;
    }

    /// <summary>A session's tags stand in front of those of its role, whatever the case of their keys.</summary>
    private static IReadOnlyDictionary<string, string> TagsOf(Role role, SessionDraft session)
    {
        if (role.Tags.Count == 0)
        {
            return session.Tags;
        }

        var tags = new Dictionary<string, string>(role.Tags, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in session.Tags)
        {
            tags[key] = value;
        }

        return tags;
    }

    private static IEnumerable<IReadOnlyList<PolicyDocument>> SessionLayers(Caller caller)
    {
        if (caller.Session is not { } grant)
        {
            yield break;
        }

        foreach (var text in grant.Session.Policies)
        {
            // It was valid when the session began. If it is not any more, the layer is empty and allows nothing.
            yield return PolicyDocument.TryParse(text, PolicyKind.Session, out var policy, out _) ? [policy] : [];
        }

        if (grant.Session.IsGuest)
        {
            yield return GuestPolicies.ScopeDown;
        }
    }
}

using System.Text;
using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Gives credentials for a role to those whom its trust policy wants. A role that does not exist and one that does not want the
/// caller are the same to the caller.
/// </summary>
internal sealed class RoleSessions(
    PrincipalCatalog principals, CredentialIssuer issuer, IOptions<DeploymentOptions> deployment)
{
    /// <summary>Policies and tags of one session, in bytes; STS packs them in a way it does not publish.</summary>
    private const int PackedLimit = 4096;

    public async ValueTask<Outcome<RoleSession>> AssumeAsync(RoleWish wish, CancellationToken ct)
    {
        var options = deployment.Value;
        if (RoleArn.Parse(wish.RoleArn, options.Partition) is not { } arn
            || await principals.FindRoleAsync(arn.AccountId, arn.Name, ct) is not { } role
            || role.Path != arn.Path
            || !Trusts(role, wish))
        {
            return StsErrors.NotAuthorized(wish.Action);
        }

        if (wish.TransitiveTagKeys.FirstOrDefault(key => !wish.Tags.ContainsKey(key)) is not null)
        {
            return StsErrors.TransitiveTagMissing;
        }

        if (wish.DurationSeconds > role.MaxSessionDuration)
        {
            return StsErrors.DurationExceedsRole;
        }

        if (wish.Policy is { } policy && !PolicyDocument.TryParse(policy, PolicyKind.Session, out _, out var fault))
        {
            return QueryErrors.MalformedPolicyDocument(fault.ToString());
        }

        var packed = PackedPercent(wish);
        if (packed > 100)
        {
            return StsErrors.PackedPolicyTooLarge(packed.Value);
        }

        var (grant, token) = issuer.Issue(GrantOf(wish, arn, role), wish.DurationSeconds, wish.EndsAt);
        return token.Length > SessionTokens.LongestToken ? StsErrors.TokenTooLarge : new RoleSession(
            grant, token, options.AssumedRoleArn(arn.AccountId, arn.Name, wish.SessionName), $"{role.Id}:{wish.SessionName}", packed);
    }

    /// <summary>The condition keys of a request for a session: who asks, and what the session is to be.</summary>
    public static Dictionary<string, IReadOnlyList<string>> SessionKeys(
        IReadOnlyDictionary<string, IReadOnlyList<string>> asking, RoleWish wish, IReadOnlyDictionary<string, string>? roleTags)
    {
        var keys = new Dictionary<string, IReadOnlyList<string>>(asking, StringComparer.OrdinalIgnoreCase)
        {
            ["sts:RoleSessionName"] = [wish.SessionName],
        };
        foreach (var (key, value) in roleTags ?? new Dictionary<string, string>())
        {
            keys[$"aws:ResourceTag/{key}"] = [value];
        }

        foreach (var (key, value) in wish.Tags)
        {
            keys[$"aws:RequestTag/{key}"] = [value];
        }

        if (wish.Tags.Count > 0)
        {
            keys["aws:TagKeys"] = [.. wish.Tags.Keys];
        }

        if (wish.TransitiveTagKeys.Count > 0)
        {
            keys["sts:TransitiveTagKeys"] = wish.TransitiveTagKeys;
        }

        if (wish.SourceIdentity is { } source)
        {
            keys["sts:SourceIdentity"] = [source];
        }

        return keys;
    }

    private static bool Trusts(Role role, RoleWish wish)
    {
        var keys = SessionKeys(wish.Keys, wish, role.Tags);
        return Allows(wish.Action)
            && (wish.Tags.Count == 0 || Allows("sts:TagSession"))
            && (wish.SourceIdentity is null || Allows("sts:SetSourceIdentity"));

        bool Allows(string action) => PolicyEvaluator.Decide(
            [role.TrustPolicy], new PolicyRequest(action, [wish.RoleArn], wish.Principal, keys)).IsAllowed;
    }

    /// <summary>Null when the session has neither policies nor tags.</summary>
    private static int? PackedPercent(RoleWish wish)
    {
        if (wish.Policy is null && wish.Tags.Count == 0)
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetByteCount(wish.Policy ?? "")
            + wish.Tags.Sum(tag => Encoding.UTF8.GetByteCount(tag.Key) + Encoding.UTF8.GetByteCount(tag.Value));
        return ((bytes * 100) + PackedLimit - 1) / PackedLimit;
    }

    private static SessionDraft GrantOf(RoleWish wish, RoleArn arn, Role role) =>
        new(CallerKind.Role, arn.AccountId, arn.Name, arn.Path, role.Id)
        {
            SessionName = wish.SessionName,
            Tags = wish.Tags,
            TransitiveTagKeys = wish.TransitiveTagKeys,
            SourceIdentity = wish.SourceIdentity,
            Policies = wish.Policy is { } policy ? [policy] : [],
            IsGuest = wish.IsGuest,
            Federation = wish.Federation,
        };
}

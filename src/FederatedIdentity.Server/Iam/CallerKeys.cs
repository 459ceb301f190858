using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

/// <summary>The condition keys of a signed call that say who signed it, and the caller as policies see it.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html</remarks>
internal static class CallerKeys
{
    /// <summary><paramref name="tags"/> are the caller's own: of the user, or of the role and its session.</summary>
    public static void AddTo(
        Dictionary<string, IReadOnlyList<string>> keys,
        Caller caller,
        IReadOnlyDictionary<string, string> tags,
        DeploymentOptions deployment)
    {
        keys["aws:PrincipalAccount"] = [caller.AccountId];
        keys["aws:PrincipalArn"] = [PrincipalArn(caller, deployment)];
        keys["aws:PrincipalType"] = [caller.Kind switch { CallerKind.Root => "Account", CallerKind.User => "User", _ => "AssumedRole" }];
        keys["aws:userid"] = [caller.UserId];
        if (caller.Kind == CallerKind.User)
        {
            keys["aws:username"] = [caller.Name];
        }

        foreach (var (key, value) in tags)
        {
            keys[$"aws:PrincipalTag/{key}"] = [value];
        }

        AddSession(keys, caller);
    }

    public static PolicyPrincipal PrincipalOf(Caller caller, DeploymentOptions deployment) => Of(caller, caller.AccountId, deployment);

    /// <summary>The caller as one whom only its own name lets in, and not its account's.</summary>
    public static PolicyPrincipal ByNameAlone(Caller caller, DeploymentOptions deployment) => Of(caller, accountId: "", deployment);

    private static PolicyPrincipal Of(Caller caller, string accountId, DeploymentOptions deployment) => caller.Kind == CallerKind.Role
        ? PolicyPrincipal.RoleSession(caller.Arn, PrincipalArn(caller, deployment), accountId)
        : PolicyPrincipal.User(caller.Arn, accountId);

    private static void AddSession(Dictionary<string, IReadOnlyList<string>> keys, Caller caller)
    {
        if (caller.Session is not { } grant)
        {
            return;
        }

        keys["aws:TokenIssueTime"] = [RequestKeys.Print(grant.IssuedAt)];
        keys["aws:MultiFactorAuthPresent"] = ["false"]; // Like AWS, only for temporary credentials: there are no MFA devices here.
        if (grant.Session.SourceIdentity is { } source)
        {
            keys["aws:SourceIdentity"] = [source];
        }

        foreach (var (key, values) in grant.Session.Federation)
        {
            keys.TryAdd(key, values); // Nothing that a provider is called can pass for what we know ourselves.
        }
    }

    /// <summary>A session's principal is its role.</summary>
    private static string PrincipalArn(Caller caller, DeploymentOptions deployment) => caller is { Kind: CallerKind.Role, Session: { } grant }
        ? deployment.RoleArn(caller.AccountId, grant.Session.Path, caller.Name)
        : caller.Arn;
}

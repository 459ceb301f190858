using System.Globalization;
using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

/// <summary>The global condition keys of a signed call, and its caller as policies see it.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html</remarks>
internal static class CallerKeys
{
    /// <summary><paramref name="tags"/> are the caller's own: of the user, or of the session.</summary>
    public static Dictionary<string, IReadOnlyList<string>> Of(
        CallContext call, IReadOnlyDictionary<string, string> tags, DeploymentOptions deployment, DateTimeOffset now)
    {
        var caller = call.Caller!;
        var keys = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
        {
            ["aws:CurrentTime"] = [now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)],
            ["aws:EpochTime"] = [now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)],
            ["aws:PrincipalAccount"] = [caller.AccountId],
            ["aws:PrincipalArn"] = [PrincipalArn(caller, deployment)],
            ["aws:PrincipalType"] = [caller.Kind switch { CallerKind.Root => "Account", CallerKind.User => "User", _ => "AssumedRole" }],
            ["aws:RequestedRegion"] = [deployment.Region],
            ["aws:ResourceAccount"] = [caller.AccountId],
            ["aws:userid"] = [caller.UserId],
        };
        if (call.Source is { } source)
        {
            keys["aws:SourceIp"] = [(source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source).ToString()];
        }

        if (caller.Kind == CallerKind.User)
        {
            keys["aws:username"] = [caller.Name];
        }

        foreach (var (key, value) in tags)
        {
            keys[$"aws:PrincipalTag/{key}"] = [value];
        }

        AddSession(keys, caller);
        return keys;
    }

    public static PolicyPrincipal PrincipalOf(Caller caller, DeploymentOptions deployment) => caller.Kind == CallerKind.Role
        ? PolicyPrincipal.RoleSession(caller.Arn, PrincipalArn(caller, deployment), caller.AccountId)
        : PolicyPrincipal.User(caller.Arn, caller.AccountId);

    private static void AddSession(Dictionary<string, IReadOnlyList<string>> keys, Caller caller)
    {
        if (caller.Session is not { } grant)
        {
            return;
        }

        keys["aws:TokenIssueTime"] = [grant.IssuedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)];
        if (grant.Session.SourceIdentity is { } source)
        {
            keys["aws:SourceIdentity"] = [source];
        }

        foreach (var (key, values) in grant.Session.Federation)
        {
            keys[key] = values;
        }
    }

    /// <summary>A session's principal is its role.</summary>
    private static string PrincipalArn(Caller caller, DeploymentOptions deployment) => caller is { Kind: CallerKind.Role, Session: { } grant }
        ? deployment.RoleArn(caller.AccountId, grant.Session.Path, caller.Name)
        : caller.Arn;
}

using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

/// <summary>
/// Decides by policies whether the caller of a signed operation may do what it asks. An account's root may do everything in its
/// account; everybody else only what a policy allows and none denies.
/// </summary>
internal sealed class Authorizer(
    PrincipalCatalog principals, NpgsqlPrincipals store, IOptions<DeploymentOptions> deployment, TimeProvider clock)
{
    /// <summary>An action of our own: to be shown the consumer secrets of a pool's login providers in clear.</summary>
    private const string RevealSecrets = "cognito-identity:RevealLoginProviderSecrets";

    private static readonly string[] _showSettings = ["CreateIdentityPool", "DescribeIdentityPool", "UpdateIdentityPool"];

    /// <summary>Null when the caller may.</summary>
    public async ValueTask<ApiError?> RefusalAsync(string service, string operation, IWireInput input, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        var action = $"{service}:{operation}";
        if (caller is { Kind: not CallerKind.Role, Session: not null } && service is "iam" or "sts")
        {
            return Refusal(caller, action, "*", "because its session has no permission for IAM and STS");
        }

        if (caller.Kind == CallerKind.Root)
        {
            call.MaySeeSecrets = true;
            return null;
        }

        var target = input.ActsOn(deployment.Value, caller.AccountId);
        switch (await DecideAsync(action, target, call, ct))
        {
            case PolicyDecision.Allow:
                call.MaySeeSecrets = _showSettings.Contains(operation)
                    && (await DecideAsync(RevealSecrets, target, call, ct)).IsAllowed;
                return null;
            case PolicyDecision.ExplicitDeny:
                return Refusal(caller, action, target.Resource, "with an explicit deny in an identity-based policy");
            default:
                return Refusal(caller, action, target.Resource, $"because no identity-based policy allows the {action} action");
        }
    }

    /// <summary>What the caller's own policies say; for an account's root they say yes.</summary>
    public async ValueTask<PolicyDecision> DecideAsync(string action, ActedOn target, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        if (caller.Kind == CallerKind.Root)
        {
            return new PolicyDecision.Allow(Sid: null);
        }

        // Whoever was deleted, and created again under the same name, is somebody else.
        var (policies, tags) = caller.Kind == CallerKind.Role
            ? (await principals.FindRoleAsync(caller.AccountId, caller.Name, ct) is { } role && role.Id == PrincipalId(caller)
                ? role.Policies : null, caller.Session!.Session.Tags)
            : await principals.FindUserAsync(caller.AccountId, caller.Name, ct) is { } user && user.Id == PrincipalId(caller)
                ? (user.Policies, user.Tags) : (null, null);
        if (policies is null)
        {
            return PolicyDecision.ImplicitDeny.Instance;
        }

        var keys = CallerKeys.Of(call, tags!, deployment.Value, clock.GetUtcNow());
        await AddTargetAsync(keys, target, caller, ct);
        var request = new PolicyRequest(action, [target.Resource], CallerKeys.PrincipalOf(caller, deployment.Value), keys);
        return PolicyEvaluator.DecideAll(request, [policies, .. SessionLayers(caller)]);
    }

    private static string PrincipalId(Caller caller) => caller.Session?.Session.PrincipalId ?? caller.UserId;

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

    private async ValueTask AddTargetAsync(
        Dictionary<string, IReadOnlyList<string>> keys, ActedOn target, Caller caller, CancellationToken ct)
    {
        if (target.PoolId is { } pool)
        {
            foreach (var (key, value) in await store.FindPoolTagsAsync(pool, caller.AccountId, ct))
            {
                keys[$"aws:ResourceTag/{key}"] = [value];
            }
        }

        foreach (var (key, value) in target.RequestTags ?? new Dictionary<string, string?>())
        {
            keys[$"aws:RequestTag/{key}"] = [value ?? ""];
        }

        string[] tagKeys = [.. (target.TagKeys ?? []).OfType<string>(), .. target.RequestTags?.Keys ?? []];
        if (tagKeys.Length > 0)
        {
            keys["aws:TagKeys"] = tagKeys;
        }
    }

    private static ApiError Refusal(Caller caller, string action, string resource, string reason) => ApiError.AccessDenied(
        $"User: {caller.Arn} is not authorized to perform: {action} on resource: {Echo.Of(resource)} {reason}");
}

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
    Standings standings, NpgsqlPrincipals store, IamPaths paths, IOptions<DeploymentOptions> deployment, TimeProvider clock)
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
        var request = await standings.FindAsync(caller, ct) is { } standing ? await RequestAsync(action, target, standing, call, ct) : null;
        switch (request?.Decide())
        {
            case PolicyDecision.Allow:
                call.MaySeeSecrets = _showSettings.Contains(operation) && request.With(RevealSecrets).Decide().IsAllowed;
                return null;
            case PolicyDecision.ExplicitDeny:
                return Refusal(caller, action, target.Resource, "with an explicit deny in a policy");
            default:
                return Refusal(
                    caller, action, target.Resource, $"because no identity-based policy allows the {action} action");
        }
    }

    /// <summary>What the caller's own policies say of an action on a resource that has no tags. Not for an account's root.</summary>
    public PolicyDecision Decide(
        string action, string resource, Standing standing, Caller caller, IReadOnlyDictionary<string, IReadOnlyList<string>> keys) =>
        new AuthorizedRequest(action, resource, standing, CallerKeys.PrincipalOf(caller, deployment.Value), keys).Decide();

    /// <summary>Whether the caller may let identity pools hand out a role.</summary>
    public async ValueTask<bool> MayPassAsync(string roleArn, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        if (caller.Kind == CallerKind.Root)
        {
            return true;
        }

        if (await standings.FindAsync(caller, ct) is not { } standing)
        {
            return false;
        }

        var keys = RequestKeys.Of(call, caller.AccountId, deployment.Value, clock.GetUtcNow());
        CallerKeys.AddTo(keys, caller, standing.Tags, deployment.Value);
        keys["iam:PassedToService"] = ["cognito-identity.amazonaws.com"];
        return Decide("iam:PassRole", roleArn, standing, caller, keys).IsAllowed;
    }

    private async ValueTask<AuthorizedRequest> RequestAsync(
        string action, ActedOn target, Standing standing, CallContext call, CancellationToken ct)
    {
        var caller = call.Caller!;
        var keys = RequestKeys.Of(call, caller.AccountId, deployment.Value, clock.GetUtcNow());
        CallerKeys.AddTo(keys, caller, standing.Tags, deployment.Value);
        var resource = target.Entity is null ? new IamResource(target.Resource, await PoolTagsAsync(target, caller, ct))
            : await paths.FindAsync(target, caller, ct);
        TargetKeys.AddTo(keys, resource.Tags, target);
        return new(action, resource.Arn, standing, CallerKeys.PrincipalOf(caller, deployment.Value), keys);
    }

    private async ValueTask<IReadOnlyDictionary<string, string>> PoolTagsAsync(ActedOn target, Caller caller, CancellationToken ct) =>
        target.PoolId is { } pool && ModelShapes.IdentityPoolId.Accepts(pool)
            ? await store.FindPoolTagsAsync(pool, caller.AccountId, ct)
            : new Dictionary<string, string>();

    private static ApiError Refusal(Caller caller, string action, string resource, string reason) => ApiError.AccessDenied(
        $"User: {caller.Arn} is not authorized to perform: {action} on resource: {Echo.Of(resource)} {reason}");

    /// <summary>A request with all that decides it.</summary>
    private sealed record AuthorizedRequest(
        string Action,
        string Resource,
        Standing Standing,
        PolicyPrincipal Principal,
        IReadOnlyDictionary<string, IReadOnlyList<string>> Keys)
    {
        public AuthorizedRequest With(string action) => this with { Action = action };

        public PolicyDecision Decide() =>
            PolicyEvaluator.DecideAll(new PolicyRequest(Action, [Resource], Principal, Keys), [.. Standing.Layers]);
    }
}

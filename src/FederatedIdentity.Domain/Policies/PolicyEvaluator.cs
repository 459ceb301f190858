namespace FederatedIdentity.Domain.Policies;

/// <summary>
/// Decides requests by IAM's rules: an explicit deny wins, then an allow counts, and everything else is denied. Neither the order of
/// policies nor that of statements changes the outcome.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html</remarks>
public static class PolicyEvaluator
{
    /// <summary>
    /// The decision of policies that add up: all that are attached to one user or role, or the one trust policy of a role. A request
    /// for several resources is allowed only when it is for each of them.
    /// </summary>
    public static PolicyDecision Decide(IReadOnlyList<PolicyDocument> policies, PolicyRequest request)
    {
        PolicyDecision? decision = null;
        for (var index = 0; index < request.Resources.Count; index++)
        {
            decision = Both(decision, Decide(policies, request, request.Resources[index]));
        }

        return decision ?? PolicyDecision.ImplicitDeny.Instance;
    }

    /// <summary>
    /// The decision of layers that narrow each other, such as a role's policies, its session policies and a boundary: allowed only
    /// when every layer allows it. A layer that does not exist is left out; one without policies allows nothing.
    /// </summary>
    public static PolicyDecision DecideAll(PolicyRequest request, params ReadOnlySpan<IReadOnlyList<PolicyDocument>> layers)
    {
        PolicyDecision? decision = null;
        foreach (var layer in layers)
        {
            decision = Both(decision, Decide(layer, request));
        }

        return decision ?? PolicyDecision.ImplicitDeny.Instance;
    }

    private static PolicyDecision Decide(IReadOnlyList<PolicyDocument> policies, PolicyRequest request, string resource)
    {
        PolicyDecision decision = PolicyDecision.ImplicitDeny.Instance;
        for (var index = 0; index < policies.Count; index++)
        {
            foreach (var statement in policies[index].Statements)
            {
                // Once allowed, only a deny can change anything.
                if ((statement.IsDeny || !decision.IsAllowed) && statement.AppliesTo(request, resource))
                {
                    if (statement.IsDeny)
                    {
                        return statement.Outcome;
                    }

                    decision = statement.Outcome;
                }
            }
        }

        return decision;
    }

    private static PolicyDecision Both(PolicyDecision? one, PolicyDecision other) =>
        one is null or PolicyDecision.Allow || other is PolicyDecision.ExplicitDeny && one is not PolicyDecision.ExplicitDeny ? other : one;
}

namespace FederatedIdentity.Domain.Policies;

/// <summary>One statement, ready to be held against requests.</summary>
internal sealed class Statement
{
    /// <summary>Its effect: what is decided when it applies.</summary>
    public required PolicyDecision Outcome { get; init; }

    /// <summary>Null in policies that belong to whom they are attached to.</summary>
    public required Principals? Principals { get; init; }

    public required Actions Actions { get; init; }

    /// <summary>Null in trust policies, which belong to their role.</summary>
    public required Resources? Resources { get; init; }

    public required IReadOnlyList<Condition> Conditions { get; init; }

    /// <summary>Null when it has none, or an empty one.</summary>
    public required string? Sid { get; init; }

    public bool IsDeny => Outcome is PolicyDecision.ExplicitDeny;

    public bool AppliesTo(PolicyRequest request, string resource)
    {
        if (!Actions.Include(request.Action)
            || Principals?.Include(request.Principal) == false
            || Resources?.Include(resource, request, whenUnsure: IsDeny) == false)
        {
            return false;
        }

        for (var index = 0; index < Conditions.Count; index++)
        {
            if (!Conditions[index].Holds(request, whenUnsure: IsDeny))
            {
                return false;
            }
        }

        return true;
    }
}

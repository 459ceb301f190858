namespace FederatedIdentity.Domain.Policies;

/// <summary>What policies say of a request. Only <see cref="Allow"/> opens anything.</summary>
public abstract record PolicyDecision
{
    private PolicyDecision() { }

    /// <summary>Whether the request may go ahead.</summary>
    public bool IsAllowed => this is Allow;

    /// <summary>A statement allows it and none denies it. <paramref name="Sid"/> is the statement's, if it has one.</summary>
    public sealed record Allow(string? Sid) : PolicyDecision;

    /// <summary>A statement denies it, whatever the others say. <paramref name="Sid"/> is the statement's, if it has one.</summary>
    public sealed record ExplicitDeny(string? Sid) : PolicyDecision;

    /// <summary>No statement speaks of it, and what nobody allowed is denied.</summary>
    public sealed record ImplicitDeny : PolicyDecision
    {
        /// <summary>The one there is.</summary>
        public static readonly ImplicitDeny Instance = new();

        private ImplicitDeny() { }
    }
}

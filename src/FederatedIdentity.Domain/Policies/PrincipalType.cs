namespace FederatedIdentity.Domain.Policies;

/// <summary>What a name in the principal element is the name of.</summary>
internal enum PrincipalType
{
    /// <summary>A user, a role or a session by its ARN, or everyone as a star.</summary>
    Aws,

    /// <summary>An account by its twelve digits.</summary>
    Account,

    Federated,

    Service,
}

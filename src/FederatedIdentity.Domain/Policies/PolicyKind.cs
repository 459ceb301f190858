namespace FederatedIdentity.Domain.Policies;

/// <summary>What a document is for, which decides what it must and must not contain.</summary>
public enum PolicyKind
{
    /// <summary>Permissions of the user, group or role that it is attached to: names resources and no principal.</summary>
    Identity,

    /// <summary>Who may assume a role: names principals and no resource, since the role is the resource.</summary>
    Trust,

    /// <summary>What a caller narrows a session to: written as an identity policy, and grants nothing by itself.</summary>
    Session,
}

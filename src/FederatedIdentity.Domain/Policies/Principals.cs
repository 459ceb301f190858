namespace FederatedIdentity.Domain.Policies;

/// <summary>The principals that a trust policy's statement names, or all but those. Names are compared whole, and case matters.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html</remarks>
internal sealed class Principals
{
    private readonly HashSet<(PrincipalType Type, string Name)> _named;
    private readonly bool _areExcepted;

    public Principals(IEnumerable<(PrincipalType Type, string Name)> named, bool areExcepted)
    {
        _named = [.. named];
        _areExcepted = areExcepted;
    }

    /// <summary>
    /// Whether the statement is about a principal. An account stands for everybody in it, except where principals are excepted from a
    /// deny: there it stands for its root user, and others must be named themselves.
    /// </summary>
    public bool Include(PolicyPrincipal principal) => _areExcepted
        ? !Name(principal)
        : IsEveryone || Name(principal) || NamesAccountOf(principal);

    /// <summary>Whether anonymous requests are meant too.</summary>
    public bool IsEveryone => _named.Contains((PrincipalType.Aws, "*"));

    /// <summary>Whether identities of this provider are among those meant.</summary>
    public bool Trust(string provider) => Include(PolicyPrincipal.Federated(provider));

    private bool Name(PolicyPrincipal principal) =>
        Names(PrincipalType.Aws, principal.Arn)
        || Names(PrincipalType.Aws, principal.RoleArn)
        || Names(PrincipalType.Federated, principal.Provider)
        || Names(PrincipalType.Service, principal.ServiceName);

    private bool NamesAccountOf(PolicyPrincipal principal) => Names(PrincipalType.Account, principal.AccountId);

    private bool Names(PrincipalType type, string? name) => name is not null && _named.Contains((type, name));
}

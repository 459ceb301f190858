namespace FederatedIdentity.Domain.Policies;

/// <summary>Who makes a request. The caller has authenticated it; nothing here is checked again.</summary>
public sealed record PolicyPrincipal
{
    private PolicyPrincipal() { }

    /// <summary>Nobody in particular: only a policy for everyone speaks of it.</summary>
    public static PolicyPrincipal Anonymous { get; } = new();

    /// <summary>The principal's own ARN: of the user, or of the session; null for federated identities and services.</summary>
    public string? Arn { get; private init; }

    /// <summary>The ARN of the role whose session this is, with its path; null for everybody else.</summary>
    public string? RoleArn { get; private init; }

    /// <summary>The account that the principal belongs to; null for federated identities and services.</summary>
    public string? AccountId { get; private init; }

    /// <summary>The provider that vouched for a federated identity: a host name or the ARN of a provider in IAM.</summary>
    public string? Provider { get; private init; }

    /// <summary>The name of a service that acts for itself.</summary>
    public string? ServiceName { get; private init; }

    /// <summary>An IAM user, or an account's root user.</summary>
    public static PolicyPrincipal User(string arn, string accountId) => new() { Arn = arn, AccountId = accountId };

    /// <summary>A session of a role. <paramref name="arn"/> is <c>arn:aws:sts::…:assumed-role/name/session</c>.</summary>
    public static PolicyPrincipal RoleSession(string arn, string roleArn, string accountId) =>
        new() { Arn = arn, RoleArn = roleArn, AccountId = accountId };

    /// <summary>An identity known through a provider alone, such as the bearer of a token at AssumeRoleWithWebIdentity.</summary>
    public static PolicyPrincipal Federated(string provider) => new() { Provider = provider };

    /// <summary>A service that acts for itself, such as <c>ec2.amazonaws.com</c>.</summary>
    public static PolicyPrincipal Service(string name) => new() { ServiceName = name };
}

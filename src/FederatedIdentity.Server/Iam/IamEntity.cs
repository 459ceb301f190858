using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

/// <summary>What kinds of things an IAM call is about.</summary>
internal enum IamEntityKind
{
    Role,

    /// <summary>Without a name: the caller.</summary>
    User,

    /// <summary>Named by the id of an access key: the user whose key it is.</summary>
    OwnerOfAccessKey,

    /// <summary>Named by its ARN.</summary>
    OpenIdConnectProvider,

    /// <summary>Named by its ARN.</summary>
    SamlProvider,
}

/// <summary>
/// An IAM resource that exists already. Calls name roles and users without their paths, so what policies call it has to be looked up:
/// <see cref="IamPaths"/> does.
/// </summary>
internal sealed record IamEntity(IamEntityKind Kind, string? Name);

/// <summary>An input that names one existing role.</summary>
internal interface IOnRole : IWireInput
{
    string? RoleName { get; }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => On(deployment, accountId, RoleName!);

    static ActedOn On(DeploymentOptions deployment, string accountId, string name) =>
        new(deployment.RoleArn(accountId, "/", name)) { Entity = new(IamEntityKind.Role, name) };
}

/// <summary>An input that names one existing user, or by leaving the name out the caller.</summary>
internal interface IOnUser : IWireInput
{
    string? UserName { get; }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => On(deployment, accountId, UserName);

    static ActedOn On(DeploymentOptions deployment, string accountId, string? name) =>
        new(deployment.UserArn(accountId, "/", name ?? "")) { Entity = new(IamEntityKind.User, name) };
}

/// <summary>An input that names one OIDC provider by its ARN.</summary>
internal interface IOnOpenIdConnectProvider : IWireInput
{
    string? OpenIDConnectProviderArn { get; }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => On(OpenIDConnectProviderArn!);

    static ActedOn On(string arn) => new(arn) { Entity = new(IamEntityKind.OpenIdConnectProvider, arn) };
}

/// <summary>An input that names one SAML provider by its ARN.</summary>
internal interface IOnSamlProvider : IWireInput
{
    string? SAMLProviderArn { get; }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => On(SAMLProviderArn!);

    static ActedOn On(string arn) => new(arn) { Entity = new(IamEntityKind.SamlProvider, arn) };
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>Where this installation says it is: the parts of every id and ARN it hands out.</summary>
internal sealed class DeploymentOptions
{
    public const string Section = "FederatedIdentity";

    [Required, RegularExpression(@"[a-z0-9-]{1,18}", ErrorMessage = "FederatedIdentity:Region must be 1 to 18 of a-z, 0-9 and '-'.")]
    public string Region { get; set; } = "us-east-1";

    [Required, RegularExpression(@"[0-9]{12}", ErrorMessage = "FederatedIdentity:AccountId must be 12 digits.")]
    public string AccountId { get; set; } = "000000000000";

    [Required, RegularExpression(@"[a-z-]{1,16}", ErrorMessage = "FederatedIdentity:Partition must be 1 to 16 of a-z and '-'.")]
    public string Partition { get; set; } = "aws";

    public string PoolArn(string accountId, string poolId) =>
        $"arn:{Partition}:cognito-identity:{Region}:{accountId}:identitypool/{poolId}";

    public string OpenIdConnectProviderArn(string accountId, string loginKey) =>
        $"arn:{Partition}:iam::{accountId}:oidc-provider/{loginKey}";

    public string SamlProviderArn(string accountId, string name) => $"arn:{Partition}:iam::{accountId}:saml-provider/{name}";

    public string RootArn(string accountId) => $"arn:{Partition}:iam::{accountId}:root";

    /// <summary><paramref name="path"/> begins and ends with a slash.</summary>
    public string UserArn(string accountId, string path, string name) => $"arn:{Partition}:iam::{accountId}:user{path}{name}";

    /// <summary><paramref name="path"/> begins and ends with a slash.</summary>
    public string RoleArn(string accountId, string path, string name) => $"arn:{Partition}:iam::{accountId}:role{path}{name}";

    public string AssumedRoleArn(string accountId, string roleName, string sessionName) =>
        $"arn:{Partition}:sts::{accountId}:assumed-role/{roleName}/{sessionName}";

    /// <summary>A fresh id of a pool. Those of identities are made by <see cref="Domain.Identities.NewIdentityIds"/>.</summary>
    public string NewPoolId() => $"{Region}:{Guid.NewGuid()}";
}

[OptionsValidator]
internal sealed partial class DeploymentOptionsValidator : IValidateOptions<DeploymentOptions>;

namespace FederatedIdentity.Server.Iam;

/// <summary>What IAM says when something is not there, is there already, or is too much; each sentence is written here once.</summary>
internal static class IamErrors
{
    public static ApiError NotSupported(string what) => QueryErrors.InvalidInput($"{what} are not supported.");

    public static ApiError MalformedArn(string arn) => QueryErrors.InvalidInput($"ARN {Echo.Of(arn)} is not valid.");

    public static ApiError NoOpenIdConnectProvider(string arn) =>
        QueryErrors.NoSuchEntity($"OpenIDConnect Provider not found for arn {Echo.Of(arn)}");

    public static ApiError NoSamlProvider(string arn) => QueryErrors.NoSuchEntity($"Manifest not found for arn {Echo.Of(arn)}");

    public static ApiError UnusableMetadata(string? fault) => QueryErrors.InvalidInput($"Could not parse metadata: {fault}.");

    public static ApiError NoRole(string? name) => QueryErrors.NoSuchEntity($"The role with name {name} cannot be found.");

    public static ApiError NoRolePolicy(string? name) => QueryErrors.NoSuchEntity($"The role policy with name {name} cannot be found.");

    public static ApiError NoUser(string? name) => QueryErrors.NoSuchEntity($"The user with name {name} cannot be found.");

    public static ApiError NoUserPolicy(string? name) => QueryErrors.NoSuchEntity($"The user policy with name {name} cannot be found.");

    public static ApiError NoAccessKey(string? id) => QueryErrors.NoSuchEntity($"The Access Key with id {id} cannot be found");

    public static ApiError Exists(string kind, string? name) => QueryErrors.EntityAlreadyExists($"{kind} with name {name} already exists.");

    public static ApiError StillHas(string what) => QueryErrors.DeleteConflict($"Cannot delete entity, must delete {what} first.");

    public static ApiError OverQuota(string quota, int limit) => QueryErrors.LimitExceeded($"Cannot exceed quota for {quota}: {limit}");
}

using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>What replicas assume of each other when nothing tells them.</summary>
internal sealed class ReplicaOptions
{
    public const string Section = "FederatedIdentity:RateLimits";

    /// <summary>How many replicas share the budgets while they cannot count themselves.</summary>
    public int? Replicas { get; set; }
}

internal sealed class ReplicaOptionsValidator : IValidateOptions<ReplicaOptions>
{
    public ValidateOptionsResult Validate(string? name, ReplicaOptions options) => options.Replicas is null or (>= 1 and <= ReplicaCount.Most)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{ReplicaOptions.Section}:Replicas must be from 1 to {ReplicaCount.Most}.");
}

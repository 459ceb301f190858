using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.Server.Protocol;

/// <summary>A structure of the API that knows the model's constraints on its own members.</summary>
internal interface IWireShape
{
    void Check(Constraints on);
}

/// <summary>The input of an operation: the structure that a request body is read into.</summary>
internal interface IWireInput : IWireShape
{
    /// <summary>What the call acts on, for the policies of its caller. Asked after the constraints hold.</summary>
    ActedOn ActsOn(DeploymentOptions deployment, string accountId) => ActedOn.Anything;
}

/// <summary>An input that is about one identity pool.</summary>
internal interface IOnPool : IWireInput
{
    string? IdentityPoolId { get; }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.PoolArn(accountId, IdentityPoolId!)) { PoolId = IdentityPoolId };
}

/// <summary>An input that names one identity pool by its ARN.</summary>
internal interface IOnResourceArn : IWireInput
{
    string? ResourceArn { get; }

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) => ActedOn.Of(this);
}

/// <summary>
/// The resource of a call as policies name it. <see cref="Anything"/> is for calls that AWS does not authorise by resource.
/// </summary>
internal sealed record ActedOn(string Resource)
{
    public static readonly ActedOn Anything = new("*");

    /// <summary>An ARN that is no pool's is left to the operation to refuse; until then only its text can be allowed or denied.</summary>
    public static ActedOn Of(IOnResourceArn input)
    {
        var pool = input.ResourceArn!.IndexOf(ResourceArn.Separator, StringComparison.Ordinal);
        return new(input.ResourceArn) { PoolId = pool < 0 ? null : input.ResourceArn[(pool + ResourceArn.Separator.Length)..] };
    }

    /// <summary>The pool whose tags are <c>aws:ResourceTag/…</c>.</summary>
    public string? PoolId { get; init; }

    /// <summary>The IAM resource, whose path the input does not name; <see cref="IamPaths"/> knows it.</summary>
    public IamEntity? Entity { get; init; }

    /// <summary>Tags in the request: <c>aws:RequestTag/…</c> and <c>aws:TagKeys</c>.</summary>
    public IReadOnlyDictionary<string, string?>? RequestTags { get; init; }

    /// <summary>Tag keys in a request that names no values.</summary>
    public IReadOnlyList<string?>? TagKeys { get; init; }
}

using System.Collections.Frozen;
using System.Text.Json.Serialization;
using static FederatedIdentity.Server.Protocol.Access;

namespace FederatedIdentity.Server.Operations;

/// <summary>The whole API on one screen: every operation, and who may call it.</summary>
internal static class ApiSurface
{
    public static readonly FrozenDictionary<string, Operation> Operations = new[]
    {
        Operation.Of<CreateIdentityPool, CreateIdentityPoolInput, IdentityPool>(Signed),
        Operation.Of<DeleteIdentityPool, DeleteIdentityPoolInput, NoOutput>(Signed),
        Operation.Of<DescribeIdentity, DescribeIdentityInput, IdentityDescription>(Signed),
        Operation.Of<DescribeIdentityPool, DescribeIdentityPoolInput, IdentityPool>(Signed),
        Operation.Of<GetId, GetIdInput, GetIdResponse>(Public),
        Operation.Of<GetOpenIdToken, GetOpenIdTokenInput, GetOpenIdTokenResponse>(Public),
        Operation.Of<ListIdentities, ListIdentitiesInput, ListIdentitiesResponse>(Signed),
        Operation.Of<ListIdentityPools, ListIdentityPoolsInput, ListIdentityPoolsResponse>(Signed),
        Operation.Of<UpdateIdentityPool, UpdateIdentityPoolInput, IdentityPool>(Signed),
    }.ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);

    private const string Service = "AWSCognitoIdentityService";

    /// <summary>
    /// The operation that a target header names, or null. The last two segments count: the API reference itself shows a target with
    /// a package name in front.
    /// </summary>
    public static Operation? Resolve(string? target)
    {
        var dot = target?.LastIndexOf('.') ?? -1;
        if (dot < 0 || !target.AsSpan(0, dot).EndsWith(Service, StringComparison.Ordinal)
            || (dot > Service.Length && target![dot - Service.Length - 1] != '.'))
        {
            return null;
        }

        return Operations.GetValueOrDefault(target![(dot + 1)..]);
    }
}

/// <summary>The JSON of the wire. Unknown members are ignored, since newer SDKs may send them; a member given twice is refused.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    Converters = [typeof(EpochSeconds)])]
[JsonSerializable(typeof(CreateIdentityPoolInput))]
[JsonSerializable(typeof(DeleteIdentityPoolInput))]
[JsonSerializable(typeof(DescribeIdentityInput))]
[JsonSerializable(typeof(DescribeIdentityPoolInput))]
[JsonSerializable(typeof(ErrorShape))]
[JsonSerializable(typeof(GetIdInput))]
[JsonSerializable(typeof(GetIdResponse))]
[JsonSerializable(typeof(GetOpenIdTokenInput))]
[JsonSerializable(typeof(GetOpenIdTokenResponse))]
[JsonSerializable(typeof(IdentityDescription))]
[JsonSerializable(typeof(IdentityPool))]
[JsonSerializable(typeof(ListIdentitiesInput))]
[JsonSerializable(typeof(ListIdentitiesResponse))]
[JsonSerializable(typeof(ListIdentityPoolsInput))]
[JsonSerializable(typeof(ListIdentityPoolsResponse))]
[JsonSerializable(typeof(UpdateIdentityPoolInput))]
internal sealed partial class WireJson : JsonSerializerContext;

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
        Operation.Of<DeleteIdentities, DeleteIdentitiesInput, DeleteIdentitiesResponse>(Signed),
        Operation.Of<DeleteIdentityPool, DeleteIdentityPoolInput, NoOutput>(Signed),
        Operation.Of<DescribeIdentity, DescribeIdentityInput, IdentityDescription>(Signed),
        Operation.Of<DescribeIdentityPool, DescribeIdentityPoolInput, IdentityPool>(Signed),
        Operation.Of<GetCredentialsForIdentity, GetCredentialsForIdentityInput, GetCredentialsForIdentityResponse>(Public),
        Operation.Of<GetId, GetIdInput, GetIdResponse>(Public),
        Operation.Of<GetIdentityPoolRoles, GetIdentityPoolRolesInput, GetIdentityPoolRolesResponse>(Signed),
        Operation.Of<GetOpenIdToken, GetOpenIdTokenInput, GetOpenIdTokenResponse>(Public),
        Operation.Of<
            GetOpenIdTokenForDeveloperIdentity,
            GetOpenIdTokenForDeveloperIdentityInput,
            GetOpenIdTokenForDeveloperIdentityResponse>(Signed),
        Operation.Of<GetPrincipalTagAttributeMap, GetPrincipalTagAttributeMapInput, PrincipalTagAttributeMap>(Signed),
        Operation.Of<ListIdentities, ListIdentitiesInput, ListIdentitiesResponse>(Signed),
        Operation.Of<ListIdentityPools, ListIdentityPoolsInput, ListIdentityPoolsResponse>(Signed),
        Operation.Of<ListTagsForResource, ListTagsForResourceInput, ListTagsForResourceResponse>(Signed),
        Operation.Of<LookupDeveloperIdentity, LookupDeveloperIdentityInput, LookupDeveloperIdentityResponse>(Signed),
        Operation.Of<MergeDeveloperIdentities, MergeDeveloperIdentitiesInput, MergeDeveloperIdentitiesResponse>(Signed),
        Operation.Of<SetIdentityPoolRoles, SetIdentityPoolRolesInput, NoOutput>(Signed),
        Operation.Of<SetPrincipalTagAttributeMap, SetPrincipalTagAttributeMapInput, PrincipalTagAttributeMap>(Signed),
        Operation.Of<TagResource, TagResourceInput, EmptyResponse>(Signed),
        Operation.Of<UnlinkDeveloperIdentity, UnlinkDeveloperIdentityInput, NoOutput>(Signed),
        Operation.Of<UnlinkIdentity, UnlinkIdentityInput, NoOutput>(Public),
        Operation.Of<UntagResource, UntagResourceInput, EmptyResponse>(Signed),
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
[JsonSerializable(typeof(DeleteIdentitiesInput))]
[JsonSerializable(typeof(DeleteIdentitiesResponse))]
[JsonSerializable(typeof(DeleteIdentityPoolInput))]
[JsonSerializable(typeof(DescribeIdentityInput))]
[JsonSerializable(typeof(DescribeIdentityPoolInput))]
[JsonSerializable(typeof(EmptyResponse))]
[JsonSerializable(typeof(ErrorShape))]
[JsonSerializable(typeof(GetCredentialsForIdentityInput))]
[JsonSerializable(typeof(GetCredentialsForIdentityResponse))]
[JsonSerializable(typeof(GetIdInput))]
[JsonSerializable(typeof(GetIdResponse))]
[JsonSerializable(typeof(GetIdentityPoolRolesInput))]
[JsonSerializable(typeof(GetIdentityPoolRolesResponse))]
[JsonSerializable(typeof(GetOpenIdTokenForDeveloperIdentityInput))]
[JsonSerializable(typeof(GetOpenIdTokenForDeveloperIdentityResponse))]
[JsonSerializable(typeof(GetOpenIdTokenInput))]
[JsonSerializable(typeof(GetOpenIdTokenResponse))]
[JsonSerializable(typeof(GetPrincipalTagAttributeMapInput))]
[JsonSerializable(typeof(IdentityDescription))]
[JsonSerializable(typeof(IdentityPool))]
[JsonSerializable(typeof(ListIdentitiesInput))]
[JsonSerializable(typeof(ListIdentitiesResponse))]
[JsonSerializable(typeof(ListIdentityPoolsInput))]
[JsonSerializable(typeof(ListIdentityPoolsResponse))]
[JsonSerializable(typeof(ListTagsForResourceInput))]
[JsonSerializable(typeof(ListTagsForResourceResponse))]
[JsonSerializable(typeof(LookupDeveloperIdentityInput))]
[JsonSerializable(typeof(LookupDeveloperIdentityResponse))]
[JsonSerializable(typeof(MergeDeveloperIdentitiesInput))]
[JsonSerializable(typeof(MergeDeveloperIdentitiesResponse))]
[JsonSerializable(typeof(PrincipalTagAttributeMap))]
[JsonSerializable(typeof(SetIdentityPoolRolesInput))]
[JsonSerializable(typeof(SetPrincipalTagAttributeMapInput))]
[JsonSerializable(typeof(TagResourceInput))]
[JsonSerializable(typeof(UnlinkDeveloperIdentityInput))]
[JsonSerializable(typeof(UnlinkIdentityInput))]
[JsonSerializable(typeof(UntagResourceInput))]
[JsonSerializable(typeof(UpdateIdentityPoolInput))]
internal sealed partial class WireJson : JsonSerializerContext;

namespace FederatedIdentity.Server.Iam;

/// <summary>
/// The constrained shapes of IAM's published API model 2010-05-08, under the model's own names. <c>House/IamShapesTests</c> compares
/// each of them with that model.
/// </summary>
internal static class IamShapes
{
    public static readonly StringShape AccessKeyIdType = new("accessKeyIdType", 16, 128, IamPatterns.Id);
    public static readonly StringShape ArnType = new("arnType", 20, 2048);
    public static readonly StringShape ClientIDType = new("clientIDType", 1, 255);
    public static readonly StringShape ExistingUserNameType = new("existingUserNameType", 1, 128, IamPatterns.Name);
    public static readonly StringShape MarkerType = new("markerType", 1, 320, IamPatterns.Marker);
    public static readonly StringShape OpenIDConnectProviderUrlType = new("OpenIDConnectProviderUrlType", 1, 255);
    public static readonly StringShape PathPrefixType = new("pathPrefixType", 1, 512, IamPatterns.PathPrefix);
    public static readonly StringShape PathType = new("pathType", 1, 512, IamPatterns.Path);
    public static readonly StringShape PolicyDocumentType = new("policyDocumentType", 1, 131072, IamPatterns.Document);
    public static readonly StringShape PolicyNameType = new("policyNameType", 1, 128, IamPatterns.Name);
    public static readonly StringShape PolicyPathType = new("policyPathType", 1, 512, IamPatterns.PolicyPath);
    public static readonly StringShape RoleDescriptionType = new("roleDescriptionType", max: 1000, pattern: IamPatterns.Description);
    public static readonly StringShape RoleNameType = new("roleNameType", 1, 64, IamPatterns.Name);
    public static readonly StringShape SAMLMetadataDocumentType = new("SAMLMetadataDocumentType", 1000, 10000000);
    public static readonly StringShape SAMLProviderNameType = new("SAMLProviderNameType", 1, 128, IamPatterns.SamlName);
    public static readonly StringShape StatusType = new("statusType", values: ["Active", "Inactive"]);
    public static readonly StringShape TagKeyType = new("tagKeyType", 1, 128, IamPatterns.TagKey);
    public static readonly StringShape TagValueType = new("tagValueType", 0, 256, IamPatterns.TagValue);
    public static readonly StringShape ThumbprintType = new("thumbprintType", 40, 40);
    public static readonly StringShape UserNameType = new("userNameType", 1, 64, IamPatterns.Name);

    public static readonly NumberShape MaxItemsType = new("maxItemsType", 1, 1000);
    public static readonly NumberShape RoleMaxSessionDurationType = new("roleMaxSessionDurationType", 3600, 43200);

    public static readonly ListShape ClientIDListType = new("clientIDListType", ClientIDType);
    public static readonly ListShape TagKeyListType = new("tagKeyListType", TagKeyType, max: 50);
    public static readonly ListShape TagListType = new("tagListType", member: null, max: 50);
    public static readonly ListShape ThumbprintListType = new("thumbprintListType", ThumbprintType);
}

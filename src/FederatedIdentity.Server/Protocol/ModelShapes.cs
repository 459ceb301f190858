namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// The constrained shapes of the published API model 2014-06-30, under the model's own names. <c>House/ModelShapesTests</c>
/// compares each of them with that model.
/// </summary>
internal static class ModelShapes
{
    public static readonly StringShape AccountId = new(nameof(AccountId), 1, 15, Pattern.AccountDigits);
    public static readonly StringShape ARNString = new(nameof(ARNString), 20, 2048);
    public static readonly StringShape ClaimName = new(nameof(ClaimName), 1, 64, Pattern.Claim);
    public static readonly StringShape ClaimValue = new(nameof(ClaimValue), 1, 128);
    public static readonly StringShape CognitoIdentityProviderClientId =
        new(nameof(CognitoIdentityProviderClientId), 1, 128, Pattern.ClientId);
    public static readonly StringShape CognitoIdentityProviderName =
        new(nameof(CognitoIdentityProviderName), 1, 128, Pattern.UserPoolName);
    public static readonly StringShape DeveloperProviderName = new(nameof(DeveloperProviderName), 1, 128, Pattern.DeveloperName);
    public static readonly StringShape IdentityId = new(nameof(IdentityId), 1, 55, Pattern.RegionAndGuid);
    public static readonly StringShape IdentityPoolId = new(nameof(IdentityPoolId), 1, 55, Pattern.RegionAndGuid);
    public static readonly StringShape IdentityPoolName = new(nameof(IdentityPoolName), 1, 128, Pattern.PoolName);
    public static readonly StringShape IdentityProviderName = new(nameof(IdentityProviderName), 1, 128);
    public static readonly StringShape PaginationKey = new(nameof(PaginationKey), 1, 65535, Pattern.VisibleText);
    public static readonly StringShape PrincipalTagID = new(nameof(PrincipalTagID), 1, 128);
    public static readonly StringShape PrincipalTagValue = new(nameof(PrincipalTagValue), 1, 256);
    public static readonly StringShape RoleType = new(nameof(RoleType), 1, 128, Pattern.RoleKind);
    public static readonly StringShape TagKeysType = new(nameof(TagKeysType), 1, 128);
    public static readonly StringShape TagValueType = new(nameof(TagValueType), 0, 256);

    public static readonly StringShape DeveloperUserIdentifier = new(nameof(DeveloperUserIdentifier), 1, 1024, sensitive: true);
    public static readonly StringShape IdentityProviderToken = new(nameof(IdentityProviderToken), 1, 50000, sensitive: true);

    // Sensitive because the value for Twitter may hold the consumer secret.
    public static readonly StringShape IdentityProviderId = new(nameof(IdentityProviderId), 1, 128, Pattern.AppId, sensitive: true);

    public static readonly StringShape AmbiguousRoleResolutionType =
        new(nameof(AmbiguousRoleResolutionType), values: ["AuthenticatedRole", "Deny"]);

    public static readonly StringShape MappingRuleMatchType =
        new(nameof(MappingRuleMatchType), values: ["Equals", "Contains", "StartsWith", "NotEqual"]);

    public static readonly StringShape RoleMappingType = new(nameof(RoleMappingType), values: ["Token", "Rules"]);

    public static readonly NumberShape QueryLimit = new(nameof(QueryLimit), 1, 60);
    public static readonly NumberShape TokenDuration = new(nameof(TokenDuration), 1, 86400);

    public static readonly ListShape CognitoIdentityProviderList = new(nameof(CognitoIdentityProviderList), member: null);
    public static readonly ListShape IdentityIdList = new(nameof(IdentityIdList), IdentityId, 1, 60);
    public static readonly ListShape IdentityPoolTagsListType = new(nameof(IdentityPoolTagsListType), TagKeysType);
    public static readonly ListShape LoginsList = new(nameof(LoginsList), IdentityProviderName);
    public static readonly ListShape MappingRulesList = new(nameof(MappingRulesList), member: null, 1, 400);
    public static readonly ListShape OIDCProviderList = new(nameof(OIDCProviderList), ARNString);
    public static readonly ListShape SAMLProviderList = new(nameof(SAMLProviderList), ARNString);

    public static readonly MapShape IdentityPoolTagsType = new(nameof(IdentityPoolTagsType), TagKeysType, TagValueType);
    public static readonly MapShape IdentityProviders = new(nameof(IdentityProviders), IdentityProviderName, IdentityProviderId, 10);
    public static readonly MapShape LoginsMap = new(nameof(LoginsMap), IdentityProviderName, IdentityProviderToken, 10);
    public static readonly MapShape PrincipalTags = new(nameof(PrincipalTags), PrincipalTagID, PrincipalTagValue, 50);
    public static readonly MapShape RoleMappingMap = new(nameof(RoleMappingMap), IdentityProviderName, value: null, 10);
    public static readonly MapShape RolesMap = new(nameof(RolesMap), RoleType, ARNString, 2);
}

namespace FederatedIdentity.Server.Sts;

/// <summary>The constrained shapes of the STS model 2011-06-15, under the model's own names.</summary>
internal static class StsShapes
{
    public static readonly StringShape AccessKeyIdType = new("accessKeyIdType", 16, 128, Pattern.KeyId);
    public static readonly StringShape ArnType = new("arnType", 20, 2048, StsPatterns.Arn);
    public static readonly StringShape ClientTokenType = new("clientTokenType", 4, 20000, sensitive: true);
    public static readonly StringShape ExternalIdType = new("externalIdType", 2, 1224, Pattern.ExternalId);
    public static readonly StringShape RoleSessionNameType = new("roleSessionNameType", 2, 64, Pattern.SessionName);
    public static readonly StringShape SamlAssertionType = new("SAMLAssertionType", 4, 100000, sensitive: true);
    public static readonly StringShape SerialNumberType = new("serialNumberType", 9, 256, Pattern.DeviceName);
    public static readonly StringShape SessionPolicyDocumentType = new("sessionPolicyDocumentType", 1, 2048, IamPatterns.Document);
    public static readonly StringShape SourceIdentityType = new("sourceIdentityType", 2, 64, Pattern.SessionName);
    public static readonly StringShape TagKeyType = new("tagKeyType", 1, 128, IamPatterns.TagKey);
    public static readonly StringShape TagValueType = new("tagValueType", 0, 256, IamPatterns.TagValue);
    public static readonly StringShape TokenCodeType = new("tokenCodeType", 6, 6, Pattern.TokenCode);
    public static readonly StringShape UrlType = new("urlType", 4, 2048);

    public static readonly NumberShape DurationSecondsType = new("durationSecondsType", 900, 129600);
    public static readonly NumberShape RoleDurationSecondsType = new("roleDurationSecondsType", 900, 43200);

    public static readonly ListShape PolicyDescriptorListType = new("policyDescriptorListType", member: null);
    public static readonly ListShape TagKeyListType = new("tagKeyListType", TagKeyType, max: 50);
    public static readonly ListShape TagListType = new("tagListType", member: null, max: 50);
}

/// <summary>One tag of a request.</summary>
internal sealed record TagShape(string? Key, string? Value) : IWireShape
{
    public static TagShape Read(QueryForm form) => new(form["Key"], form["Value"]);

    public void Check(Constraints on) => on
        .String("key", Key, StsShapes.TagKeyType, required: true)
        .String("value", Value, StsShapes.TagValueType, required: true);
}

/// <summary>The ARN of a managed policy. There are none here, so a request that names one is refused.</summary>
internal sealed record PolicyDescriptor(string? Arn) : IWireShape
{
    public static PolicyDescriptor Read(QueryForm form) => new(form["arn"]);

    public void Check(Constraints on) => on.String("arn", Arn, StsShapes.ArnType);
}

namespace FederatedIdentity.Domain.Policies;

/// <summary>How long IAM and STS let policies be.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html</remarks>
public static class PolicyLimits
{
    /// <summary>A role's trust policy, unless the account's quota was raised.</summary>
    public const int Trust = 2048;

    /// <summary>The most that the quota for trust policies can be raised to.</summary>
    public const int RaisedTrust = 4096;

    /// <summary>All inline policies of one user together.</summary>
    public const int InlineOfUser = 2048;

    /// <summary>All inline policies of one group together.</summary>
    public const int InlineOfGroup = 5120;

    /// <summary>All inline policies of one role together; no policy of any kind is longer.</summary>
    public const int InlineOfRole = 10_240;

    /// <summary>One managed policy.</summary>
    public const int Managed = 6144;

    /// <summary>The session policy of one STS call. STS counts white space too.</summary>
    public const int Session = 2048;

    /// <summary>Any document as it is sent, white space and all.</summary>
    public const int Raw = 131_072;

    /// <summary>A document's size as IAM counts it, which is without white space.</summary>
    public static int SizeOf(string json)
    {
        var size = 0;
        foreach (var unit in json)
        {
            size += unit is ' ' or '\t' or '\r' or '\n' ? 0 : 1;
        }

        return size;
    }

    /// <summary>Whether a text is short enough to be a policy of this kind at all, whatever it is attached to.</summary>
    internal static bool Admits(string json, PolicyKind kind) => kind switch
    {
        PolicyKind.Session => json.Length <= Session,
        PolicyKind.Trust => json.Length <= Raw && SizeOf(json) <= RaisedTrust,
        _ => json.Length <= Raw && SizeOf(json) <= InlineOfRole,
    };
}

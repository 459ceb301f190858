namespace FederatedIdentity.Server.Sts;

/// <summary>The ARN of a role: <c>arn:partition:iam::account:role/path/name</c>. The path begins and ends with a slash.</summary>
internal sealed record RoleArn(string AccountId, string Path, string Name)
{
    private const int LongestName = 64;

    /// <summary>Null when it is none of this partition, or no role could have it.</summary>
    public static RoleArn? Parse(string arn, string partition)
    {
        if (arn.Split(':') is not ["arn", var part, "iam", "", var account, var resource]
            || part != partition || account.Length != 12 || !account.All(char.IsAsciiDigit)
            || !resource.StartsWith("role/", StringComparison.Ordinal) || !resource.All(IsVisible))
        {
            return null;
        }

        var path = resource["role".Length..];
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length is > 0 and <= LongestName && Pattern.SessionName.Matches(name)
            ? new RoleArn(account, path[..^name.Length], name)
            : null;
    }

    /// <summary>What ARNs of IAM hold. A database text must not hold U+0000, for one.</summary>
    public static bool IsVisible(char character) => character is > ' ' and <= '~';
}

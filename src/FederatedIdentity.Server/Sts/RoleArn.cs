namespace FederatedIdentity.Server.Sts;

/// <summary>The ARN of a role: <c>arn:partition:iam::account:role/path/name</c>. The path begins and ends with a slash.</summary>
internal sealed record RoleArn(string AccountId, string Path, string Name)
{
    /// <summary>Null when it is none of this partition.</summary>
    public static RoleArn? Parse(string arn, string partition)
    {
        if (arn.Split(':') is not ["arn", var part, "iam", "", var account, var resource]
            || part != partition || account.Length != 12 || !account.All(char.IsAsciiDigit)
            || !resource.StartsWith("role/", StringComparison.Ordinal))
        {
            return null;
        }

        var path = resource["role".Length..];
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length == 0 ? null : new RoleArn(account, path[..^name.Length], name);
    }
}

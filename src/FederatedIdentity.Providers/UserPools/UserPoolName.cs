using System.Text.RegularExpressions;

namespace FederatedIdentity.Providers.UserPools;

/// <summary>
/// A user pool as pools and Logins maps name it: <c>cognito-idp.&lt;region&gt;.amazonaws.com[.cn]/&lt;pool&gt;</c>, or an emulator's
/// <c>&lt;host&gt;:&lt;port&gt;/&lt;pool&gt;</c>, whose region is the one that its pool id begins with.
/// </summary>
internal sealed partial record UserPoolName(string Key, string Host, string Region, string PoolId, bool IsEmulator)
{
    public static UserPoolName? TryParse(string key)
    {
        if (AwsName().Match(key) is { Success: true } aws)
        {
            return new(key, aws.Groups["host"].Value, aws.Groups["region"].Value, aws.Groups["pool"].Value, IsEmulator: false);
        }

        if (EmulatorName().Match(key) is not { Success: true } emulator)
        {
            return null;
        }

        var pool = emulator.Groups["pool"].Value;
        return new(key, emulator.Groups["host"].Value, pool.Split('_')[0], pool, IsEmulator: true);
    }

    [GeneratedRegex(@"\A(?<host>cognito-idp\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)/(?<pool>[A-Za-z0-9_-]+)\z")]
    private static partial Regex AwsName();

    [GeneratedRegex(@"\A(?<host>[a-z0-9.-]+:[0-9]{1,5})/(?<pool>[A-Za-z0-9_-]+)\z")]
    private static partial Regex EmulatorName();
}

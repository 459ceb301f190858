using System.Globalization;
using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

/// <summary>The condition keys that every request has, signed or not.</summary>
/// <remarks>
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html. There is no <c>aws:SecureTransport</c>: TLS
/// may end in front of the server, which then could only guess.
/// </remarks>
internal static class RequestKeys
{
    /// <summary><paramref name="resourceAccount"/> is the account that owns what the request is about.</summary>
    public static Dictionary<string, IReadOnlyList<string>> Of(
        CallContext call, string resourceAccount, DeploymentOptions deployment, DateTimeOffset now)
    {
        var keys = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
        {
            ["aws:CurrentTime"] = [Print(now)],
            ["aws:EpochTime"] = [now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)],
            ["aws:RequestedRegion"] = [deployment.Region],
            ["aws:ResourceAccount"] = [resourceAccount],
        };
        if (call.Source is { } source)
        {
            keys["aws:SourceIp"] = [source.ToString()];
        }

        return keys;
    }

    /// <summary>The same dictionary with what else is known of who asks; nothing that is known already changes.</summary>
    public static Dictionary<string, IReadOnlyList<string>> With(
        this Dictionary<string, IReadOnlyList<string>> keys, IReadOnlyDictionary<string, IReadOnlyList<string>> more)
    {
        foreach (var (key, values) in more)
        {
            keys.TryAdd(key, values);
        }

        return keys;
    }

    public static string Print(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

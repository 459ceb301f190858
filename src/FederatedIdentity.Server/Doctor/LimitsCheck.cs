using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Throttling;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether rate limits mean what they say: for all replicas together, and for clients and not their proxies.</summary>
internal sealed class LimitsCheck : ICheck
{
    public string Name => "rate limits";

    public Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        CheckProxies(subject, findings);
        if (subject.Options<RateLimitOptions>() is not { } limits)
        {
            findings.Skip(Name, "the configuration is not valid");
        }
        else if (!limits.Enabled)
        {
            findings.Warn(Name, "switched off", "Set FederatedIdentity:RateLimits:Enabled to true, or leave it out.");
        }
        else if (subject.HasRedis)
        {
            findings.Ok(Name, "shared by all replicas through Redis");
        }
        else if (subject.Configuration[$"{RateLimitOptions.Section}:Replicas"] is { Length: > 0 } replicas)
        {
            findings.Ok(Name, $"each replica lets through one of {replicas} parts");
        }
        else
        {
            findings.Ok(
                Name, "each replica has the whole limits to itself",
                "With more than one replica, set FederatedIdentity:RateLimits:Replicas to their number, or use Redis.");
        }

        return Task.CompletedTask;
    }

    private static void CheckProxies(Subject subject, Findings findings)
    {
        const string Check = "trusted proxies";
        if (subject.Options<ProxyOptions>() is not { } proxies)
        {
            findings.Skip(Check, "the configuration is not valid");
            return;
        }

        // TLS ends in front of the server, so with an https issuer there is a proxy.
        var hasProxy = subject.Options<TokenOptions>()?.Issuer?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
        findings.WarnIf(
            hasProxy && proxies.TrustedProxies.Count == 0, Check,
            proxies.TrustedProxies.Count == 0 ? "none" : string.Join(", ", proxies.TrustedProxies),
            "Name the proxy that ends TLS in FederatedIdentity:TrustedProxies: until then all its clients share the limit of one source.");
    }
}

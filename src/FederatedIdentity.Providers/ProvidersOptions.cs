using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>How an ID token's <c>aud</c> and <c>azp</c> are compared with the client ids.</summary>
public enum AudienceRule
{
    /// <summary>Every audience must be a client id, and so must <c>azp</c> when there is one.</summary>
    Strict,

    /// <summary>
    /// As AWS documents it: <c>azp</c> when there is one, else any audience. Lets in tokens that were made for another back end.
    /// </summary>
    Aws,
}

/// <summary>Settings of the login providers; the defaults are those of the real providers.</summary>
public sealed class ProvidersOptions
{
    public const string Section = "FederatedIdentity:Providers";

    public AudienceRule AudienceRule { get; set; } = AudienceRule.Strict;

    /// <summary>How far an issuer's clock may be off; at most, and by default, the five minutes that AWS documents.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(IdTokenRules.Grace);

    /// <summary>Hosts that may serve the keys of OpenID Connect issuers on other domains.</summary>
    public IList<string> KeyHosts { get; } = [];

    public FacebookOptions Facebook { get; } = new();

    public GoogleOptions Google { get; } = new();

    public AmazonOptions Amazon { get; } = new();

    public TwitterOptions Twitter { get; } = new() { Endpoint = "https://api.twitter.com" };

    /// <summary>The service is gone, so nobody is asked unless an endpoint is set.</summary>
    public TwitterOptions Digits { get; } = new() { VerifyPath = "/1.1/sdk/account.json" };

    public AppleOptions Apple { get; } = new();

    public UserPoolsOptions UserPools { get; } = new();

    public SamlOptions Saml { get; } = new();

    /// <summary>Our own issuer, whose tokens are never a login; set from <c>FederatedIdentity:Issuer</c>.</summary>
    public string? OwnIssuer { get; set; }
}

/// <summary>Stops the start over provider settings that could not work, and names every one of them.</summary>
internal sealed class ProvidersOptionsValidator : IValidateOptions<ProvidersOptions>
{
    public ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        var faults = options.KeyHosts
            .Where(host => Uri.CheckHostName(host) != UriHostNameType.Dns)
            .Select(host => $"{ProvidersOptions.Section}:KeyHosts: '{host}' is not a host name.")
            .ToList();

        if (!Enum.IsDefined(options.AudienceRule))
        {
            faults.Add($"{ProvidersOptions.Section}:AudienceRule is neither Strict nor Aws.");
        }

        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > TimeSpan.FromSeconds(IdTokenRules.Grace))
        {
            faults.Add($"{ProvidersOptions.Section}:ClockSkew is not between 00:00:00 and 00:05:00.");
        }

        faults.AddRange(options.Facebook.Faults());
        faults.AddRange(options.Google.Faults());
        faults.AddRange(options.Amazon.Faults());
        faults.AddRange(options.Twitter.Faults("Twitter"));
        faults.AddRange(options.Digits.Faults("Digits"));
        faults.AddRange(options.Apple.Faults());
        faults.AddRange(options.UserPools.Faults());
        faults.AddRange(options.Saml.Faults());
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>The fault of a setting that has to be the URL of a provider, if it is none.</summary>
    internal static IEnumerable<string> FaultsOfUrl(string setting, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? []
            : [$"{ProvidersOptions.Section}:{setting} is not an absolute URL."];
}

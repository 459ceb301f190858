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

    /// <summary>Hosts that may serve the keys of OpenID Connect issuers on other domains.</summary>
    public IList<string> KeyHosts { get; } = [];

    public GoogleOptions Google { get; } = new();

    /// <summary>Our own issuer, whose tokens are never a login; set from <c>FederatedIdentity:Issuer</c>.</summary>
    public string? OwnIssuer { get; set; }
}

/// <summary>Where Google is asked for its keys.</summary>
public sealed class GoogleOptions
{
    public string Discovery { get; set; } = "https://accounts.google.com/.well-known/openid-configuration";
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

        if (!(Uri.TryCreate(options.Google.Discovery, UriKind.Absolute, out var discovery) && discovery.Scheme is "https" or "http"))
        {
            faults.Add($"{ProvidersOptions.Section}:Google:Discovery is not an absolute URL.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

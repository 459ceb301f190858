using System.Text.RegularExpressions;

namespace FederatedIdentity.Providers.Options;

/// <summary>How Facebook is asked about access tokens.</summary>
public sealed partial class FacebookOptions
{
    public string Endpoint { get; set; } = "https://graph.facebook.com";

    /// <summary>Of the Graph API; Facebook retires each after about two years.</summary>
    public string Version { get; set; } = "v23.0";

    /// <summary>By app id. A pool holds no secret; tokens of an app without one here are judged without it, which proves less.</summary>
    public IDictionary<string, string> AppSecrets { get; } = new Dictionary<string, string>();

    /// <summary>Whether the ID tokens of Limited Login are accepted beside access tokens; the real service does not know them.</summary>
    public bool LimitedLogin { get; set; }

    /// <summary>The key set of Limited Login. Pinned: its host is not the issuer's, and other hosts of Facebook hold other keys.</summary>
    public string LimitedLoginKeys { get; set; } = "https://limited.facebook.com/.well-known/oauth/openid/jwks/";

    internal IEnumerable<string> Faults()
    {
        const string Section = $"{ProvidersOptions.Section}:Facebook";
        foreach (var fault in ProvidersOptionsValidator.FaultsOfUrl("Facebook:Endpoint", Endpoint)
            .Concat(ProvidersOptionsValidator.FaultsOfUrl("Facebook:LimitedLoginKeys", LimitedLoginKeys)))
        {
            yield return fault;
        }

        if (!VersionForm().IsMatch(Version))
        {
            yield return $"{Section}:Version is not of the form v23.0.";
        }

        // Neither part is repeated: who mixes them up has written the secret where the id belongs.
        if (AppSecrets.Keys.Any(id => !AppIds.IsFacebook(id)))
        {
            yield return $"{Section}:AppSecrets has a name that is not an app id.";
        }

        if (AppSecrets.Values.Any(secret => string.IsNullOrWhiteSpace(secret) || secret.Any(c => c is <= ' ' or > '~')))
        {
            yield return $"{Section}:AppSecrets has a secret that is empty or not visible ASCII.";
        }
    }

    [GeneratedRegex(@"\Av[0-9]{1,3}\.[0-9]{1,2}\z")]
    private static partial Regex VersionForm();
}

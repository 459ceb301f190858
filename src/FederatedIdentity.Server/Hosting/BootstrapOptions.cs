using System.Text;
using System.Text.RegularExpressions;
using FederatedIdentity.Providers.Saml;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>What the server creates at start when it is absent: the first administrator's key, and IAM OIDC and SAML providers.</summary>
internal sealed class BootstrapOptions
{
    public const string Section = "FederatedIdentity";

    public AccessKeyOptions Bootstrap { get; set; } = new();

    public List<OpenIdConnectProviderOptions> OpenIdConnectProviders { get; set; } = [];

    public List<SamlProviderOptions> SamlProviders { get; set; } = [];

    internal sealed class AccessKeyOptions
    {
        public string? AccessKeyId { get; set; }

        public string? SecretAccessKey { get; set; }
    }

    internal sealed class OpenIdConnectProviderOptions
    {
        public string? Url { get; set; }

        public List<string> ClientIds { get; set; } = [];

        public List<string> Thumbprints { get; set; } = [];
    }

    internal sealed class SamlProviderOptions
    {
        public string? Name { get; set; }

        /// <summary>The document itself; or else it is in a file.</summary>
        public string? Metadata { get; set; }

        public string? MetadataFile { get; set; }

        /// <summary>Null if the file cannot be read.</summary>
        public string? ReadMetadata()
        {
            try
            {
                return Metadata ?? File.ReadAllText(MetadataFile!);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                return null;
            }
        }
    }
}

internal sealed partial class BootstrapOptionsValidator : IValidateOptions<BootstrapOptions>
{
    private const int ShortestSecret = 16;
    private const int MaxClientIds = 100; // IAM quota per provider.
    private const int MaxThumbprints = 5;
    private const int ThumbprintLength = 40; // SHA-1 in hex, as IAM has them.
    private const int LongestUrl = 255;
    private const int LongestClientId = 255;

    public ValidateOptionsResult Validate(string? name, BootstrapOptions options)
    {
        var faults = new List<string>();
        if (options.Bootstrap is { AccessKeyId: not null } or { SecretAccessKey: not null })
        {
            if (options.Bootstrap.AccessKeyId is not { Length: >= 16 and <= 128 } id
                || !id.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
            {
                faults.Add("FederatedIdentity:Bootstrap:AccessKeyId must be 16 to 128 letters, digits and underscores.");
            }

            if (options.Bootstrap.SecretAccessKey is not { Length: >= ShortestSecret })
            {
                faults.Add($"FederatedIdentity:Bootstrap:SecretAccessKey must have at least {ShortestSecret} characters.");
            }
        }

        for (var index = 0; index < options.OpenIdConnectProviders.Count; index++)
        {
            faults.AddRange(Faults(options.OpenIdConnectProviders[index])
                .Select(fault => $"FederatedIdentity:OpenIdConnectProviders:{index}: {fault}"));
        }

        for (var index = 0; index < options.SamlProviders.Count; index++)
        {
            faults.AddRange(Faults(options.SamlProviders[index])
                .Select(fault => $"FederatedIdentity:SamlProviders:{index}: {fault}"));
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Faults(BootstrapOptions.OpenIdConnectProviderOptions provider)
    {
        if (!Uri.TryCreate(provider.Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")
            || !Ascii.IsValid(provider.Url) || !Ascii.IsValid(url.Host) || provider.Url!.Length > LongestUrl
            || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            yield return $"Url must be an https issuer of at most {LongestUrl} ASCII characters, without query, fragment and user name.";
        }

        // A provider without client ids could vouch for any app's users: never "skip the check".
        if (provider.ClientIds is { Count: 0 or > MaxClientIds }
            || provider.ClientIds.Exists(id => id is not { Length: >= 1 and <= LongestClientId }))
        {
            yield return $"ClientIds must name 1 to {MaxClientIds} client ids of 1 to {LongestClientId} characters.";
        }

        if (provider.Thumbprints.Count > MaxThumbprints || provider.Thumbprints.Exists(thumbprint => !IsThumbprint(thumbprint)))
        {
            yield return $"Thumbprints must be at most {MaxThumbprints}, each {ThumbprintLength} hex digits: a certificate's SHA-1.";
        }
    }

    private static bool IsThumbprint(string? text) => text is { Length: ThumbprintLength } && text.All(char.IsAsciiHexDigit);

    private static IEnumerable<string> Faults(BootstrapOptions.SamlProviderOptions provider)
    {
        if (provider.Name is null || !SamlProviderName().IsMatch(provider.Name))
        {
            yield return "Name must be 1 to 128 letters, digits and characters of '._-'.";
        }

        if (provider.Metadata is null == provider.MetadataFile is null)
        {
            yield return "Give either Metadata or MetadataFile.";
        }
        else if (provider.ReadMetadata() is not { } metadata)
        {
            yield return "MetadataFile cannot be read.";
        }
        else if (SamlMetadata.TryParse(metadata, out var fault) is null)
        {
            yield return $"the metadata cannot be used: {fault}.";
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex SamlProviderName();
}

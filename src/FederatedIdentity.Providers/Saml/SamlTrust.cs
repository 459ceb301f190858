using System.Text.RegularExpressions;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Providers.Saml;

/// <summary>What a SAML response is measured against: the provider that must have signed it, and the places it may be meant for.</summary>
internal sealed partial record SamlTrust(SamlProvider Provider, SamlOptions Options)
{
    private const string AwsAudience = "urn:amazon:webservices";

    /// <summary>AWS's own audience, its sign-in endpoints, or one of the configured.</summary>
    public bool IsAudience(string audience) =>
        audience == AwsAudience || AwsSignIn().IsMatch(audience) || Options.Audiences.Contains(audience);

    /// <summary>AWS's sign-in endpoints, or one of the configured; compared as a whole.</summary>
    public bool IsRecipient(string recipient) => AwsSignIn().IsMatch(recipient) || Options.Recipients.Contains(recipient);

    /// <summary>https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html</summary>
    [GeneratedRegex(@"\Ahttps://(?:[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}\.)?signin\.aws\.amazon\.com/saml(?:/acs/[A-Za-z0-9_-]{1,128})?\z")]
    private static partial Regex AwsSignIn();
}

using System.Text.Json;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Server.Sts;

/// <summary>The attributes of a SAML assertion that policies can ask for, by the names that IAM gave them.</summary>
/// <remarks>
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml-attribute-mapping; three object
/// identifiers are misprinted there, so the registered ones count beside them.
/// </remarks>
internal static class SamlKeys
{
    private const string EduPerson = "urn:oid:1.3.6.1.4.1.5923.1.1.1.";
    private const string EduOrg = "urn:oid:1.3.6.1.4.1.5923.1.2.1.";
    private const string Claims2005 = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";

    private static readonly (string Attribute, string Key)[] _keys =
    [
        (EduPerson + "1", "eduPersonAffiliation"),
        (EduPerson + "2", "eduPersonNickname"),
        (EduPerson + "3", "eduPersonOrgDN"),
        (EduPerson + "4", "eduPersonOrgUnitDN"),
        (EduPerson + "5", "eduPersonPrimaryAffiliation"),
        (EduPerson + "6", "eduPersonPrincipalName"),
        (EduPerson + "7", "eduPersonEntitlement"),
        (EduPerson + "8", "eduPersonPrimaryOrgUnitDN"),
        (EduPerson + "9", "eduPersonScopedAffiliation"),
        (EduPerson + "10", "eduPersonTargetedID"),
        (EduPerson + "11", "eduPersonAssurance"),
        (EduOrg + "2", "eduOrgHomePageURI"),
        (EduOrg + "3", "eduOrgIdentityAuthNPolicyURI"),
        (EduOrg + "4", "eduOrgLegalName"),
        (EduOrg + "5", "eduOrgSuperiorURI"),
        (EduOrg + "6", "eduOrgWhitePagesURI"),
        ("urn:oid:2.5.4.3", "cn"),
        (Claims2005 + "name", "name"),
        ("http://schemas.xmlsoap.org/claims/CommonName", "commonName"),
        (Claims2005 + "givenname", "givenName"),
        (Claims2005 + "surname", "surname"),
        (Claims2005 + "emailaddress", "mail"),
        ("http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "uid"),
        ("2.5.4.3", "commonName"),
        ("2.5.4.4", "surname"),
        ("2.4.5.42", "givenName"),
        ("2.5.4.42", "givenName"),
        ("2.5.4.45", "x500UniqueIdentifier"),
        ("0.9.2342.19200300100.1.1", "uid"),
        ("0.9.2342.19200300.100.1.1", "uid"),
        ("0.9.2342.19200300100.1.3", "mail"),
        ("0.9.2342.19200300.100.1.3", "mail"),
        ("0.9.2342.19200300.100.1.45", "organizationStatus"),
    ];

    /// <summary>Of several attributes for one key the first counts, as in IAM.</summary>
    public static void AddTo(Dictionary<string, IReadOnlyList<string>> keys, LoginClaims attributes)
    {
        foreach (var (attribute, key) in _keys)
        {
            if (attributes[attribute] is { } value)
            {
                keys.TryAdd($"saml:{key}", Texts(value));
            }
        }
    }

    // Attributes are plain texts, which their reader has made sure of.
    private static IReadOnlyList<string> Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(text => text.GetString()!)]
        : [value.GetString()!];
}

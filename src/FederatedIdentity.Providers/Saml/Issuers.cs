using System.Xml.Linq;

namespace FederatedIdentity.Providers.Saml;

/// <summary>Reads the Issuer of a response or an assertion.</summary>
internal static class Issuers
{
    /// <summary>The issuer's entity id; null unless there is exactly one, and it is one.</summary>
    public static string? Read(XElement parent) =>
        parent.Only(SamlNames.Assertion + "Issuer") is { } issuer && issuer.Get("Format") is null or SamlNameId.Entity
            ? issuer.Text()
            : null;
}

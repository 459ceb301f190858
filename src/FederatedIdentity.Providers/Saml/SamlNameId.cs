using System.Text;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// Who an assertion is about. A value alone names nobody: the same text in another format, or qualified by another name, may be
/// another person.
/// </summary>
internal sealed record SamlNameId(string Value, string? Format, string? NameQualifier, string? SpNameQualifier)
{
    private const int LongestValue = 255;
    private const string Formats11 = "urn:oasis:names:tc:SAML:1.1:nameid-format:";
    private const string Formats20 = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

    public const string Entity = Formats20 + "entity";

    /// <summary>Whether the provider makes the value anew for every login.</summary>
    public bool IsTransient => Format == Formats20 + "transient";

    /// <summary>The format's URI, also where the assertion leaves it to the default.</summary>
    public string FullFormat => Format ?? Formats11 + "unspecified";

    /// <summary>The format's short name; null for one that AWS does not take.</summary>
    public string? ShortFormat => Format switch
    {
        null or Formats11 + "unspecified" => "unspecified", // SAML core 2.2.2: the default.
        Formats11 + "emailAddress" => "emailAddress",
        Formats11 + "X509SubjectName" => "X509SubjectName",
        Formats11 + "WindowsDomainQualifiedName" => "WindowsDomainQualifiedName",
        Formats20 + "kerberos" => "kerberos",
        Entity => "entity",
        Formats20 + "persistent" => "persistent",
        Formats20 + "transient" => "transient",
        _ => null,
    };

    /// <summary>
    /// The subject of the login: a persistent identifier as it is; any other, and one with qualifiers, behind its format in braces,
    /// as <c>{emailAddress}alice@example.com</c>. Different people never come out the same, since braces in qualifiers are escaped.
    /// </summary>
    public string Subject()
    {
        if (ShortFormat == "persistent" && NameQualifier is null && SpNameQualifier is null && Value[0] != '{')
        {
            return Value;
        }

        var subject = new StringBuilder("{").Append(ShortFormat);
        Append(subject, ",by=", NameQualifier);
        Append(subject, ",for=", SpNameQualifier);
        return subject.Append('}').Append(Value).ToString();
    }

    /// <summary>The subject that an attribute names, which no NameID can name.</summary>
    public static string SubjectOf(string attribute, string value) => $"{{attribute={Uri.EscapeDataString(attribute)}}}{value}";

    /// <summary>Whether a text can stand for a person: neither empty nor long nor with anything invisible in it.</summary>
    public static bool IsSubjectText(string text) => text.Length is > 0 and <= LongestValue && !text.Any(IdTokenRules.IsInvisibleControl);

    private static void Append(StringBuilder subject, string name, string? qualifier)
    {
        if (qualifier is not null)
        {
            subject.Append(name).Append(Uri.EscapeDataString(qualifier));
        }
    }
}

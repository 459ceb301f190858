using System.Text.Json;
using System.Xml.Linq;
using FederatedIdentity.Domain.Logins;
using static FederatedIdentity.Providers.Saml.SamlNames;

namespace FederatedIdentity.Providers.Saml;

/// <summary>The attributes of an assertion, by name. An attribute that is stated more than once has the values of all statements.</summary>
internal sealed class SamlAttributes
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    private SamlAttributes() { }

    public IEnumerable<string> Names => _values.Keys;

    /// <summary>The values in the assertion's order; none for an attribute that is missing.</summary>
    public IReadOnlyList<string> this[string name] => _values.TryGetValue(name, out var values) ? values : [];

    /// <summary>Null when any attribute is anything else than a name with plain texts.</summary>
    public static SamlAttributes? Read(IEnumerable<XElement> statements)
    {
        var attributes = new SamlAttributes();
        foreach (var statement in statements)
        {
            if (!statement.HasOnly(Assertion + "Attribute") || !statement.Elements().All(attributes.Add))
            {
                return null;
            }
        }

        return attributes;
    }

    /// <summary>Every attribute as a claim, text or array of texts; and the NameID under the name that WS-Federation gave it.</summary>
    public LoginClaims ToClaims(string nameId)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString(LoginClaims.NameIdentifier, nameId);
            foreach (var (name, values) in _values.Where(attribute => attribute.Key != LoginClaims.NameIdentifier))
            {
                Write(writer, name, values);
            }

            writer.WriteEndObject();
        }

        return new LoginClaims(json.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, string name, List<string> values)
    {
        if (values is [var only])
        {
            writer.WriteString(name, only);
            return;
        }

        writer.WriteStartArray(name);
        values.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
    }

    private bool Add(XElement attribute)
    {
        if (attribute.Get("Name") is not { Length: > 0 } name || !attribute.HasOnly(Assertion + "AttributeValue"))
        {
            return false;
        }

        if (!_values.TryGetValue(name, out var values))
        {
            _values.Add(name, values = []);
        }

        foreach (var value in attribute.Elements())
        {
            if ((value.IsEmpty || value.FirstNode is null ? "" : value.Text()) is not { } text)
            {
                return false;
            }

            values.Add(text);
        }

        return true;
    }
}

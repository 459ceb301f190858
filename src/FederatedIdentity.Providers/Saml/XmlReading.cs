using System.Xml.Linq;

namespace FederatedIdentity.Providers.Saml;

/// <summary>Reads XML by direct children and full names only; whatever is missing, doubled or ambiguous is null.</summary>
internal static class XmlReading
{
    /// <summary>The one child of this name; null if there is none or more than one.</summary>
    public static XElement? Only(this XElement? parent, XName name) =>
        parent?.Elements(name).Take(2).ToArray() is [var only] ? only : null;

    /// <summary>Whether all child elements have one of the names, with nothing but blanks between them.</summary>
    public static bool HasOnly(this XElement parent, params XName[] names) => parent.Nodes().All(node => node switch
    {
        XElement child => names.Contains(child.Name),
        XText text => string.IsNullOrWhiteSpace(text.Value),
        _ => false,
    });

    /// <summary>Whether the child elements are these, in this order.</summary>
    public static bool HasExactly(this XElement parent, params XName[] names) =>
        parent.HasOnly(names) && parent.Elements().Select(child => child.Name).SequenceEqual(names);

    /// <summary>The element's text when that is all it holds, as one node.</summary>
    public static string? Text(this XElement? element) =>
        element?.FirstNode is XText { NextNode: null } text and not XCData ? text.Value : null;

    /// <summary>The attribute of this name without a namespace.</summary>
    public static string? Get(this XElement? element, string attribute) => element?.Attribute(attribute)?.Value;
}

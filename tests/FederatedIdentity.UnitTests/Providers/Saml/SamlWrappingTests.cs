using System.Text.RegularExpressions;
using System.Xml;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers.Saml;

/// <summary>
/// S02 to S04: signature wrapping. The eight classical constructions (Somorovsky et al., "On Breaking SAML", 2012): the signed
/// element stays somewhere in the document, and another takes its place.
/// </summary>
public sealed class SamlWrappingTests
{
    private const string Evil = "_evil";

    private readonly SamlBench _bench = new();

    private SamlForge Forge => _bench.Forge;

    [Fact]
    public void S02_XSW1_the_original_response_inside_the_signature() => RefusesResponse((document, original, signature) =>
        signature.AppendChild(original));

    [Fact]
    public void S02_XSW2_the_original_response_before_the_signature() => RefusesResponse((document, original, signature) =>
        document.DocumentElement!.InsertBefore(original, signature));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void S02_XSW3_an_evil_assertion_beside_the_original(bool before) => RefusesAssertion((evil, original) =>
    {
        RemoveSignature(evil);
        _ = before ? original.ParentNode!.InsertBefore(evil, original) : original.ParentNode!.InsertAfter(evil, original);
    });

    [Fact]
    public void S02_XSW4_an_evil_assertion_around_the_original() => RefusesAssertion((evil, original) =>
    {
        RemoveSignature(evil);
        original.ParentNode!.ReplaceChild(evil, original);
        evil.AppendChild(original);
    });

    [Fact]
    public void S02_XSW5_the_signature_in_the_evil_assertion_and_the_original_at_the_end() => RefusesAssertion((evil, original) =>
    {
        var root = original.ParentNode!;
        root.ReplaceChild(evil, original);
        RemoveSignature(original);
        root.AppendChild(original);
    });

    [Fact]
    public void S02_XSW6_the_original_inside_the_signature_of_the_evil_assertion() => RefusesAssertion((evil, original) =>
    {
        original.ParentNode!.ReplaceChild(evil, original);
        RemoveSignature(original);
        SignatureOf(evil).AppendChild(original);
    });

    [Fact]
    public void S02_XSW7_an_evil_assertion_in_extensions() => RefusesAssertion((evil, original) =>
    {
        RemoveSignature(evil);
        var extensions = evil.OwnerDocument.CreateElement("samlp", "Extensions", "urn:oasis:names:tc:SAML:2.0:protocol");
        extensions.AppendChild(evil);
        original.ParentNode!.InsertBefore(extensions, original);
    });

    [Fact]
    public void S02_XSW8_the_original_in_an_object_of_the_signature() => RefusesAssertion((evil, original) =>
    {
        original.ParentNode!.ReplaceChild(evil, original);
        RemoveSignature(original);
        var wrapper = evil.OwnerDocument.CreateElement("ds", "Object", "http://www.w3.org/2000/09/xmldsig#");
        wrapper.AppendChild(original);
        SignatureOf(evil).AppendChild(wrapper);
    });

    [Fact]
    public void S02_a_signature_that_refers_to_another_element_than_its_parent()
    {
        var document = Load(Forge.Genuine());
        var assertion = AssertionOf(document);
        var signature = SignatureOf(assertion);
        document.DocumentElement!.InsertBefore(signature, document.DocumentElement.FirstChild!.NextSibling);

        _bench.Refused(document.OuterXml);
    }

    [Fact]
    public void S03_two_assertions_both_signed()
    {
        var (alice, bob) = (Forge.Assertion(), Forge.Assertion("bob", "_bob"));
        var both = Forge.Sign(alice, SamlForge.AssertionId) + Forge.Sign(bob, "_bob");

        _bench.Refused(Forge.Response(both));
        _bench.Refused(Forge.Sign(Forge.Response(both), SamlForge.ResponseId));
        _bench.Refused(Forge.Sign(Forge.Response(alice + bob), SamlForge.ResponseId));
    }

    [Theory]
    [InlineData("<saml:Subject>", "<saml:Subject ID='_assertion'>")]
    [InlineData("<saml:Subject>", "<saml:Subject Id='_assertion'>")]
    [InlineData("<saml:Subject>", "<saml:Subject id='_assertion'>")]
    [InlineData("<saml:Subject>", "<saml:Subject xml:id='_assertion'>")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:wsu='urn:wsu' wsu:Id='_assertion'>")]
    [InlineData("<saml:Subject>", "<saml:Subject Id='_a' xml:id='_b'>")]
    [InlineData("ID=\"_assertion\"", "ID=\"_assertion\" Id=\"_other\"")]
    [InlineData("ID=\"_assertion\"", "ID=\"_assertion\" xml:id=\"_other\"")]
    [InlineData("ID=\"_assertion\"", "xml:id=\"_assertion\"")]
    [InlineData("ID=\"_assertion\"", "Id=\"_assertion\"")]
    [InlineData("ID=\"_assertion\"", "")]
    [InlineData("ID=\"_assertion\"", "ID=\"\"")]
    public void S04_an_id_is_there_once_whatever_its_spelling(string from, string to)
    {
        // Signed by the provider itself, so that nothing but the id can be wrong.
        var assertion = Forge.Assertion().Replace(from, to, StringComparison.Ordinal);
        _bench.Refused(Forge.Sign(Forge.Response(assertion), SamlForge.ResponseId));
        _bench.Refused(Forge.Genuine().Replace(from, to, StringComparison.Ordinal));
    }

    [Fact]
    public void S04_response_and_assertion_do_not_share_an_id()
    {
        var shared = Forge.Response(Forge.Assertion()).Replace(SamlForge.ResponseId, SamlForge.AssertionId, StringComparison.Ordinal);

        Assert.Equal("an id is missing or not unique", _bench.Refused(Forge.Sign(shared, SamlForge.AssertionId)));
    }

    private void RefusesResponse(Action<XmlDocument, XmlElement, XmlElement> wrap)
    {
        var document = Load(Forge.Sign(Forge.Response(Forge.Assertion()), SamlForge.ResponseId));
        var root = document.DocumentElement!;
        var signature = SignatureOf(root);
        var original = (XmlElement)root.CloneNode(deep: true);
        RemoveSignature(original);
        root.SetAttribute("ID", Evil);
        wrap(document, original, signature);

        RefusedWithEvil(document, "alice</saml:NameID>");
    }

    private void RefusesAssertion(Action<XmlElement, XmlElement> wrap)
    {
        foreach (var id in new[] { Evil, SamlForge.AssertionId })
        {
            var document = Load(Forge.Genuine());
            var original = AssertionOf(document);
            var evil = (XmlElement)original.CloneNode(deep: true);
            evil.SetAttribute("ID", id);
            NameIdOf(evil).InnerText = "mallory";
            wrap(evil, original);

            Assert.Contains("mallory", document.OuterXml, StringComparison.Ordinal);
            Assert.Contains("alice", document.OuterXml, StringComparison.Ordinal);
            _bench.Refused(document.OuterXml);
        }
    }

    private void RefusedWithEvil(XmlDocument document, string original)
    {
        var xml = document.OuterXml;
        var copies = Regex.Count(xml, Regex.Escape(original));
        Assert.Equal(2, copies);
        int[] positions = [xml.IndexOf(original, StringComparison.Ordinal), xml.LastIndexOf(original, StringComparison.Ordinal)];
        foreach (var position in positions)
        {
            _bench.Refused(xml.Remove(position, "alice".Length).Insert(position, "mallory"));
        }
    }

    private static XmlDocument Load(string xml)
    {
        var document = new XmlDocument { PreserveWhitespace = true };
        document.LoadXml(xml);
        return document;
    }

    private static XmlElement AssertionOf(XmlDocument document) =>
        document.GetElementsByTagName("saml:Assertion").OfType<XmlElement>().Single();

    private static XmlElement NameIdOf(XmlElement assertion) => assertion.GetElementsByTagName("saml:NameID").OfType<XmlElement>().First();

    private static XmlElement SignatureOf(XmlElement element) =>
        element.ChildNodes.OfType<XmlElement>().Single(child => child.Name == "ds:Signature");

    private static void RemoveSignature(XmlElement element) => element.RemoveChild(SignatureOf(element));
}

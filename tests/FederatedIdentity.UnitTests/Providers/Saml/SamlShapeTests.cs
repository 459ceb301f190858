using System.IO.Compression;
using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers.Saml;

/// <summary>S10 to S12, S17 to S19, S22 and S24: documents that a lenient reader would make something of.</summary>
public sealed class SamlShapeTests
{
    private const string NotPlain = "not base64 of plain XML";

    private readonly SamlBench _bench = new();

    private SamlForge Forge => _bench.Forge;

    public static TheoryData<string, string> Interruptions => new()
    {
        { ">alice<", ">al<!-- -->ice<" },
        { ">alice<", ">alice<!-- .evil.com --><" },
        { ">alice<", "><!-- -->alice<" },
        { ">alice<", ">al<?x?>ice<" },
        { ">alice<", ">al<![CDATA[ice]]><" },
        { ">alice<", "><![CDATA[alice]]><" },
        { ">alice<", ">al<x/>ice<" },
        { ">alice<", "><saml:NameID>alice</saml:NameID><" },
        { ">alice<", "><" },
        { ">https://idp.example.test/metadata<", ">https://idp.example.test/<!-- -->metadata<" },
        { ">https://idp.example.test/metadata<", ">https://idp.example.test/<?x?>metadata<" },
        { ">https://idp.example.test/metadata<", ">https://idp.example.test/<![CDATA[metadata]]><" },
        { ">urn:amazon:webservices<", ">urn:amazon:<!-- -->webservices<" },
        { ">urn:amazon:webservices<", ">urn:amazon:<![CDATA[webservices]]><" },
        { ">eng &amp; ops<", ">eng<!-- --><" },
        { ">eng &amp; ops<", ">eng<?x y?><" },
        { ">eng &amp; ops<", "><![CDATA[eng]]><" },
        { ">eng &amp; ops<", ">eng<saml:NameID>x</saml:NameID><" },
    };

    public static TheoryData<string> Declarations => new()
    {
        "<!DOCTYPE r>",
        "<!DOCTYPE r [<!ENTITY e \"alice\">]>",
        "<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/evil.dtd\">",
        "<!DOCTYPE r [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/evil.dtd\"> %p;]>",
        "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\">" +
            "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY e \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>",
        "<!DOCTYPE r [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>",
    };

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void S10_a_text_is_one_text_whoever_signed_it(string from, string to)
    {
        // Comments are not part of what is signed, so they can be put in afterwards; the rest only by the provider.
        _bench.Refused(Forge.Genuine().Replace(from, to, StringComparison.Ordinal));
        _bench.Refused(Forge.Genuine(assertion: xml => xml.Replace(from, to, StringComparison.Ordinal)));
        _bench.Refused(Forge.Sign(Forge.Response(Forge.Assertion()).Replace(from, to, StringComparison.Ordinal), SamlForge.ResponseId));
    }

    [Theory]
    [MemberData(nameof(Declarations))]
    public void S11_a_DTD_is_refused_and_nothing_is_read_or_called(string declaration)
    {
        var genuine = Forge.Genuine();

        Assert.Equal(NotPlain, _bench.Refused(declaration + genuine));
        Assert.Equal(NotPlain, _bench.Refused(declaration + genuine.Replace(">alice<", ">&e;<", StringComparison.Ordinal)));
    }

    [Fact]
    public void S11_an_entity_without_declaration_is_refused() =>
        Assert.Equal(NotPlain, _bench.Refused(Forge.Genuine().Replace(">alice<", ">&e;<", StringComparison.Ordinal)));

    [Theory]
    [InlineData("deep", 10_000)]
    [InlineData("deep", 33)]
    [InlineData("attributes", 1_000)]
    [InlineData("attributes", 1_000_000)]
    [InlineData("siblings", 9_000)]
    [InlineData("namespaces", 1_000)]
    [InlineData("whitespace", 50_000)]
    public void S12_a_bomb_is_refused_in_no_time(string kind, int size)
    {
        var bomb = kind switch
        {
            "deep" => string.Concat(Enumerable.Repeat("<a>", size)) + string.Concat(Enumerable.Repeat("</a>", size)),
            "attributes" => "<a " + string.Concat(Enumerable.Range(0, size).Select(n => $"a{n}=''")) + "/>",
            "siblings" => string.Concat(Enumerable.Repeat("<a/>", size)),
            "namespaces" => string.Concat(Enumerable.Range(0, size).Select(n => $"<a xmlns:p{n}='urn:{n}' p{n}:x=''/>")),
            _ => new string(' ', size),
        };

        _bench.Refused(bomb);
        _bench.Refused(Forge.Genuine().Replace("<saml:Subject>", bomb + "<saml:Subject>", StringComparison.Ordinal));
        _bench.Refused(Forge.Response(bomb + Forge.Sign(Forge.Assertion(), SamlForge.AssertionId)));
        _bench.RefusedToken(new string(' ', size));
        _bench.RefusedToken(new string('\n', size));
        _bench.RefusedToken(new string('A', size));
    }

    [Fact]
    public void S12_canonicalization_of_the_widest_document_is_bounded()
    {
        // Every element repeats the long namespace of its prefix in canonical form: 32 KiB become a megabyte.
        var uri = "urn:" + new string('x', 251);
        var many = string.Concat(Enumerable.Repeat("<p:a/>", 3_000));
        var xml = Forge.Genuine(assertion: text => text
            .Replace("ID=", $"xmlns:p=\"{uri}\" ID=", StringComparison.Ordinal)
            .Replace("</saml:AttributeStatement>", many + "</saml:AttributeStatement>", StringComparison.Ordinal));

        _bench.Refused(xml);
    }

    [Theory]
    [InlineData("status:Success", "status:Requester")]
    [InlineData("status:Success", "status:success")]
    [InlineData("status:Success", "status:Success ")]
    [InlineData("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>", "")]
    [InlineData("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>", "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:StatusCode>")]
    [InlineData("<samlp:StatusCode", "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"/><samlp:StatusCode")]
    [InlineData("</samlp:Status>", "</samlp:Status><samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"/></samlp:Status>")]
    [InlineData("samlp:Response", "samlp:LogoutResponse")]
    [InlineData("samlp:Response", "samlp:AuthnRequest")]
    [InlineData("samlp:Response", "samlp:ArtifactResponse")]
    [InlineData("samlp:Response", "samlp:response")]
    [InlineData("Version=\"2.0\"", "Version=\"1.1\"")]
    [InlineData("Version=\"2.0\"", "")]
    public void S17_only_a_successful_SAML_2_response_counts(string from, string to)
    {
        _bench.Refused(Forge.Genuine(response: xml => xml.Replace(from, to, StringComparison.Ordinal)));
        _bench.Refused(Forge.Sign(Forge.Response(Forge.Assertion()).Replace(from, to, StringComparison.Ordinal), SamlForge.ResponseId));
    }

    [Fact]
    public void S17_an_assertion_alone_and_an_artifact_are_no_responses()
    {
        _bench.Refused(Forge.Sign(Forge.Assertion(), SamlForge.AssertionId));
        _bench.Refused(
            $"""<p:ArtifactResponse xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a">{Forge.Genuine()}</p:ArtifactResponse>""");
    }

    [Theory]
    [InlineData("xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"", "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol2\"")]
    [InlineData("xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"", "xmlns:samlp=\"urn:oasis:names:tc:SAML:1.0:protocol\"")]
    [InlineData("xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID", "xmlns:saml=\"urn:oasis:names:tc:SAML:1.0:assertion\" ID")]
    [InlineData("<saml:NameID", "<saml:NameID xmlns:saml=\"urn:evil\"")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:saml=\"urn:evil\">")]
    [InlineData("<saml:Conditions", "<saml:Conditions xmlns:saml=\"urn:evil\"")]
    [InlineData("<saml:Subject>", "<evil:Subject xmlns:evil=\"urn:evil\"/><saml:Subject>")]
    [InlineData("<saml:Subject>", "<Subject/><saml:Subject>")]
    [InlineData("<saml:NameID", "<evil:NameID xmlns:evil=\"urn:evil\">mallory</evil:NameID><saml:NameID")]
    [InlineData("<saml:Conditions", "<evil:Assertion xmlns:evil=\"urn:evil\"/><saml:Conditions")]
    [InlineData("<saml:Conditions", "<evil:Signature xmlns:evil=\"urn:evil\"/><saml:Conditions")]
    [InlineData("<saml:Subject>", "text<saml:Subject>")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:x=\"urn:one\"><x:a xmlns:x=\"urn:two\"/>")]
    public void S18_a_name_counts_in_its_namespace_alone(string from, string to) =>
        _bench.Refused(Forge.Sign(Forge.Response(Forge.Assertion()).Replace(from, to, StringComparison.Ordinal), SamlForge.ResponseId));

    [Theory]
    [InlineData("<saml:EncryptedAssertion/>")]
    [InlineData("<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"/></saml:EncryptedAssertion>")]
    public void S19_an_encrypted_assertion_is_refused(string encrypted)
    {
        var declared = encrypted.Replace(
            "<saml:EncryptedAssertion",
            "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"",
            StringComparison.Ordinal);

        _bench.Refused(Forge.Response(declared));
        _bench.Refused(Forge.Sign(Forge.Response(declared), SamlForge.ResponseId));
        _bench.Refused(Forge.Response(declared + Forge.Sign(Forge.Assertion(), SamlForge.AssertionId)));
    }

    [Theory]
    [InlineData("<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">alice</saml:NameID>", "<saml:EncryptedID><x/></saml:EncryptedID>")]
    [InlineData("<saml:SubjectConfirmation ", "<saml:EncryptedID/><saml:SubjectConfirmation ")]
    [InlineData("<saml:Attribute Name=\"department\">", "<saml:EncryptedAttribute/><saml:Attribute Name=\"department\">")]
    public void S19_encrypted_parts_are_refused(string from, string to) =>
        _bench.Refused(Forge.Genuine(assertion: xml => xml.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void S22_only_base64_of_UTF8_is_read()
    {
        var xml = Forge.Genuine();
        var token = SamlForge.Token(xml);
        Assert.NotNull(_bench.Accepted(xml));

        var refused = new Dictionary<string, string>
        {
            ["deflated"] = Compressed(xml, stream => new DeflateStream(stream, CompressionLevel.Optimal)),
            ["gzip"] = Compressed(xml, stream => new GZipStream(stream, CompressionLevel.Optimal)),
            ["base64url"] = SamlForge.Token(xml + "\n ").TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            ["without padding"] = SamlForge.Token(xml + (xml.Length % 3 == 0 ? " " : "")).TrimEnd('='),
            ["percent-encoded"] = Uri.EscapeDataString(token),
            ["blanks"] = token.Insert(100, " "),
            ["a tab"] = token.Insert(100, "\t"),
            ["a break anywhere"] = token.Insert(100, "\n"),
            ["a break after each"] = string.Join('\n', token.AsEnumerable()),
            ["a leading blank"] = " " + token,
            ["a leading break"] = "\n" + token,
            ["UTF-16"] = Convert.ToBase64String(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(xml)).ToArray()),
            ["UTF-16 without mark"] = Convert.ToBase64String(Encoding.Unicode.GetBytes(xml)),
            ["UTF-16 declared"] = SamlForge.Token("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + xml),
            ["UTF-7 declared"] = SamlForge.Token("<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + xml),
            ["Latin-1"] = Convert.ToBase64String(Encoding.Latin1.GetBytes(xml.Replace("ops", "öps", StringComparison.Ordinal))),
            ["a byte order mark"] = Convert.ToBase64String([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(xml)]),
            ["XML 1.1"] = SamlForge.Token("<?xml version=\"1.1\"?>" + xml),
            ["XML itself"] = xml,
            ["another document behind"] = SamlForge.Token(xml + xml),
            ["nothing"] = SamlForge.Token(""),
            ["a processing instruction"] = SamlForge.Token("<?x y?>" + xml),
            ["a character no XML has"] = SamlForge.Token(xml.Replace("eng", "eng&#1;", StringComparison.Ordinal)),
            ["half a surrogate pair"] = SamlForge.Token(xml.Replace("eng", "eng&#xD800;", StringComparison.Ordinal)),
        };
        Assert.All(refused, entry => _bench.RefusedToken(entry.Value));
    }

    [Theory]
    [InlineData(64, "\n")]
    [InlineData(76, "\r\n")]
    public void S22_the_line_breaks_of_PEM_and_MIME_are_read(int columns, string lineBreak)
    {
        var lines = SamlForge.Token(Forge.Genuine()).Chunk(columns).Select(line => new string(line));

        Assert.IsType<LoginVerdict.Verified>(_bench.Verify(string.Join(lineBreak, lines)));
        Assert.IsType<LoginVerdict.Verified>(_bench.Verify(string.Join(lineBreak, lines) + lineBreak));
    }

    [Fact]
    public void S22_a_declaration_of_UTF8_is_read() => _bench.Accepted("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + Forge.Genuine());

    [Theory]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:r=\"relative\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:r=\"../up\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:r=\"1\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:r=\"urn:a b\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:r=\"urn:é\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:r=\"urn:long\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:r=\"\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:a=\"urn:a\" xmlns:b=\"urn:a\" a:x=\"\" b:x=\"\">")]
    [InlineData("<saml:Subject>", "<saml:Subject x=\"\" x=\"\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:xml=\"urn:evil\">")]
    [InlineData("<saml:Subject>", "<saml:Subject xmlns:xmlns=\"urn:evil\">")]
    [InlineData("<saml:Subject>", "<unbound:a/><saml:Subject>")]
    public void S24_namespaces_that_canonicalizers_differ_over_are_refused(string from, string to)
    {
        to = to.Replace("urn:long", "urn:" + new string('x', 252), StringComparison.Ordinal);

        Assert.Equal(NotPlain, _bench.Refused(Forge.Genuine(response: xml => xml.Replace(from, to, StringComparison.Ordinal))));
    }

    private static string Compressed(string xml, Func<Stream, Stream> compress)
    {
        using var bytes = new MemoryStream();
        using (var stream = compress(bytes))
        {
            stream.Write(Encoding.UTF8.GetBytes(xml));
        }

        return Convert.ToBase64String(bytes.ToArray());
    }
}

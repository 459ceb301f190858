using System.Security.Cryptography;
using System.Text.RegularExpressions;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers.Saml;

/// <summary>S01 to S09: what is not covered by exactly one good signature of the provider's does not count.</summary>
public sealed partial class SamlSignatureTests
{
    private const string More = "http://www.w3.org/2001/04/xmldsig-more#";
    private const string Dsig = "http://www.w3.org/2000/09/xmldsig#";
    private const string Sha512 = "http://www.w3.org/2001/04/xmlenc#sha512";
    private const string BadSignature = "a signature is not the provider's";

    private readonly SamlBench _bench = new();

    private SamlForge Forge => _bench.Forge;

    public static TheoryData<string, string> Algorithms => new()
    {
        { More + "rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256" },
        { More + "rsa-sha384", More + "sha384" },
        { More + "rsa-sha512", Sha512 },
    };

    public static TheoryData<string, string> Deviations => new()
    {
        { "S05 empty URI", "URI=\"#_assertion\"=>URI=\"\"" },
        { "S05 no URI", " URI=\"#_assertion\"=>" },
        { "S05 id without hash", "URI=\"#_assertion\"=>URI=\"_assertion\"" },
        { "S05 bare XPointer", "URI=\"#_assertion\"=>URI=\"#xpointer(/)\"" },
        { "S05 XPointer id", "URI=\"#_assertion\"=>URI=\"#xpointer(id('_assertion'))\"" },
        { "S05 external", "URI=\"#_assertion\"=>URI=\"http://127.0.0.1:1/assertion.xml\"" },
        { "S05 external file", "URI=\"#_assertion\"=>URI=\"file:///etc/passwd\"" },
        { "S05 the other element", "URI=\"#_assertion\"=>URI=\"#_response\"" },
        { "S05 two references", "(<ds:Reference.*</ds:Reference>)=>$1$1" },
        { "S05 no reference", "<ds:Reference.*</ds:Reference>=>" },
        { "S05 typed reference", "URI=\"#_assertion\"=>Type=\"http://www.w3.org/2000/09/xmldsig#Manifest\" URI=\"#_assertion\"" },
        { "S06 XSLT", "(<ds:Transforms>)=>$1<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"></ds:Transform>" },
        {
            "S06 XPath",
            "(<ds:Transforms>)=>$1<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>self::x</ds:XPath></ds:Transform>"
        },
        {
            "S06 XPath filter",
            "(c14n#\"></ds:Transform>)=>$1<ds:Transform Algorithm=\"http://www.w3.org/2002/06/xmldsig-filter2\"></ds:Transform>"
        },
        { "S06 base64", "2000/09/xmldsig#enveloped-signature=>2000/09/xmldsig#base64" },
        { "S06 transform with comments", "xml-exc-c14n#\"></ds:Transform>=>xml-exc-c14n#WithComments\"></ds:Transform>" },
        { "S06 method with comments", "c14n#\"></ds:Canon=>c14n#WithComments\"></ds:Canon" },
        {
            "S06 inclusive method",
            "http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Canon=>http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"></ds:Canon"
        },
        {
            "S06 inclusive transform",
            "http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>=>http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"></ds:Transform>"
        },
        { "S06 not enveloped", "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>=>" },
        { "S06 enveloped alone", "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>=>" },
        { "S06 no transforms", "<ds:Transforms>.*</ds:Transforms>=>" },
        { "S06 parameters", "(enveloped-signature\">)=>$1<ds:XPath>self::x</ds:XPath>" },
        { "S07 HMAC output length", "(rsa-sha256\">)=>$1<ds:HMACOutputLength>0</ds:HMACOutputLength>" },
        { "S07 unknown digest", "xmlenc#sha256=>xmlenc#ripemd160" },
        { "S07 MD5 digest", "http://www.w3.org/2001/04/xmlenc#sha256=>http://www.w3.org/2001/04/xmldsig-more#md5" },
        { "S07 no digest", "<ds:DigestValue>.*</ds:DigestValue>=><ds:DigestValue></ds:DigestValue>" },
        {
            "S24 prefix list of nonsense",
            "(c14n#\">)</ds:Transform>=>$1<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"a:b\"></ec:InclusiveNamespaces></ds:Transform>"
        },
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Assertion_response_or_both_may_be_signed(string method, string digest)
    {
        var profile = new SignatureProfile { Method = method, Digest = digest };
        var assertion = Forge.Sign(Forge.Assertion(), SamlForge.AssertionId, profile);
        string[] responses =
        [
            Forge.Response(assertion),
            Forge.Sign(Forge.Response(Forge.Assertion()), SamlForge.ResponseId, profile),
            Forge.Sign(Forge.Response(assertion), SamlForge.ResponseId, profile),
        ];

        Assert.All(responses, response => Assert.Equal("alice", _bench.Accepted(response).Login.Subject));
    }

    [Theory]
    [InlineData("1.2.840.10045.3.1.7", "ecdsa-sha256")]
    [InlineData("1.3.132.0.34", "ecdsa-sha384")]
    [InlineData("1.3.132.0.35", "ecdsa-sha512")]
    public void Elliptic_curves_sign_too(string curve, string method)
    {
        var key = SamlKey.Ec(ECCurve.CreateFromValue(curve));
        var forge = new SamlForge(key, _bench.Clock.GetUtcNow());
        var trusted = _bench.Trusted with { SigningKeys = [_bench.Key.Public, key.Public] };

        _bench.Accepted(forge.Genuine(profile: new SignatureProfile { Method = More + method }), trusted);
        _bench.Refused(forge.Genuine(profile: new SignatureProfile { Method = More + method, SignWith = _ => new byte[64] }), trusted);
        _bench.Refused(forge.Genuine(profile: new SignatureProfile { Method = More + method, SignWith = _ => [] }), trusted);
        var confused = new SignatureProfile { Method = More + "rsa-sha256", SignWith = bytes => key.Sign(bytes, method) };
        _bench.Refused(forge.Genuine(profile: confused), trusted);
    }

    [Theory]
    [InlineData("xs")]
    [InlineData("#default xs")]
    [InlineData("")]
    public void A_prefix_list_is_canonicalized_with(string prefixes) =>
        _bench.Accepted(Forge.Genuine(profile: new SignatureProfile { Prefixes = prefixes }));

    [Fact]
    public void S01_no_signature_no_login()
    {
        var signed = Forge.Genuine();

        _bench.Refused(Forge.Response(Forge.Assertion()));
        _bench.Refused(SignatureElement().Replace(signed, ""));
        Assert.Equal(BadSignature, _bench.Refused(SignatureValue().Replace(signed, "<ds:SignatureValue></ds:SignatureValue>")));
        Assert.Equal(BadSignature, _bench.Refused(SignatureValue().Replace(signed, "<ds:SignatureValue/>")));
        Assert.Equal(BadSignature, _bench.Refused(SignatureValue().Replace(signed, "")));
        Assert.Equal(BadSignature, _bench.Refused(SignatureValue().Replace(signed, "<ds:SignatureValue>AAAA</ds:SignatureValue>")));
        Assert.Equal(BadSignature, _bench.Refused(signed.Replace("alice", "mallory", StringComparison.Ordinal)));
    }

    [Fact]
    public void S01_of_two_signatures_both_must_be_good()
    {
        var other = new SamlForge(SamlKey.Rsa(), _bench.Clock.GetUtcNow());
        var foreignAssertion = other.Sign(Forge.Assertion(), SamlForge.AssertionId);

        Assert.Equal(BadSignature, _bench.Refused(Forge.Sign(Forge.Response(foreignAssertion), SamlForge.ResponseId)));
        Assert.Equal(BadSignature, _bench.Refused(other.Sign(Forge.Genuine(), SamlForge.ResponseId)));
    }

    [Theory]
    [MemberData(nameof(Deviations))]
    public void S05_S06_S07_S24_a_signature_outside_of_the_profile_is_refused_although_it_is_genuine(string what, string edit)
    {
        var parts = edit.Split("=>");
        var edited = false;
        var xml = Forge.Genuine(profile: new SignatureProfile
        {
            Edit = info =>
            {
                var changed = Regex.Replace(info, Pattern(parts[0]), parts[1], RegexOptions.Singleline);
                edited = changed != info;
                return changed;
            },
        });

        Assert.True(edited, what);
        Assert.Equal(BadSignature, _bench.Refused(xml));
    }

    [Theory]
    [InlineData(Dsig + "hmac-sha1")]
    [InlineData(More + "hmac-sha256")]
    [InlineData(More + "rsa-md5")]
    [InlineData(Dsig + "dsa-sha1")]
    [InlineData(Dsig + "rsa-sha1")]
    [InlineData("http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1")]
    [InlineData("http://www.w3.org/2001/04/XMLDSIG-MORE#rsa-sha256")]
    [InlineData("rsa-sha256")]
    [InlineData("System.Security.Cryptography.RSAPKCS1SHA256SignatureDescription")]
    [InlineData("")]
    public void S07_another_algorithm_is_refused_whoever_signed(string method)
    {
        var certificate = _bench.Key.Certificate;
        Func<byte[], byte[]> sign = method.Contains("hmac", StringComparison.Ordinal)
            ? bytes => CryptographicOperations.HmacData(
                new HashAlgorithmName(method[(method.LastIndexOf('-') + 1)..].ToUpperInvariant()), certificate, bytes)
            : bytes => _bench.Key.Sign(bytes, method.EndsWith("sha1", StringComparison.Ordinal) ? "sha1" : "sha256");

        Assert.Equal(BadSignature, _bench.Refused(Forge.Genuine(profile: new SignatureProfile { Method = method, SignWith = sign })));
    }

    [Fact]
    public void S07_SHA1_counts_only_when_it_is_switched_on()
    {
        var xml = Forge.Genuine(profile: new SignatureProfile { Method = Dsig + "rsa-sha1", Digest = Dsig + "sha1" });
        var digest = Forge.Genuine(profile: new SignatureProfile { Digest = Dsig + "sha1" });

        Assert.Equal(BadSignature, _bench.Refused(xml));
        Assert.Equal(BadSignature, _bench.Refused(digest));
        _bench.Options.Saml.AllowSha1 = true;
        _bench.Accepted(xml);
        _bench.Accepted(digest);
    }

    [Fact]
    public void S08_a_certificate_in_the_message_lends_no_trust()
    {
        var key = SamlKey.Rsa();
        var info = $"""
            <ds:KeyInfo><ds:X509Data><ds:X509Certificate>
            {Convert.ToBase64String(key.Certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
            """;
        var profile = new SignatureProfile { KeyInfo = info.Trim() };

        Assert.Equal(BadSignature, _bench.Refused(new SamlForge(key, _bench.Clock.GetUtcNow()).Genuine(profile: profile)));
        _bench.Accepted(Forge.Genuine(profile: profile)); // And does no harm.
    }

    [Fact]
    public void S09_another_providers_key_does_not_sign_for_this_one()
    {
        var key = SamlKey.Rsa();
        var other = _bench.Trusted with { Arn = SamlBench.Arn + "2", SigningKeys = [key.Public] };
        var xml = new SamlForge(key, _bench.Clock.GetUtcNow()).Genuine();

        _bench.Refused(xml);
        var verified = Assert.IsType<LoginVerdict.Verified>(_bench.Verify(SamlForge.Token(xml), other, other.Arn));
        Assert.Equal("alice", verified.Login.Subject);
    }

    /// <summary>The left side of an edit is literal, but for its wildcards and groups.</summary>
    private static string Pattern(string literal) => Regex.Escape(literal)
        .Replace(@"\.\*", ".*", StringComparison.Ordinal)
        .Replace(@"\(<", "(<", StringComparison.Ordinal)
        .Replace(@">\)", ">)", StringComparison.Ordinal)
        .Replace(@"\(c14n", "(c14n", StringComparison.Ordinal)
        .Replace(@"\(enveloped", "(enveloped", StringComparison.Ordinal)
        .Replace(@"\(rsa", "(rsa", StringComparison.Ordinal);

    [GeneratedRegex("<ds:Signature .*</ds:Signature>", RegexOptions.Singleline)]
    private static partial Regex SignatureElement();

    [GeneratedRegex("<ds:SignatureValue>.*</ds:SignatureValue>")]
    private static partial Regex SignatureValue();
}

using FederatedIdentity.Providers.Saml;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>What is read of the certificates in SAML metadata for an operator.</summary>
public sealed class MetadataCertificatesTests
{
    [Fact]
    public void Every_certificate_says_when_it_ends()
    {
        var (first, second) = (CertificateForge.Root("one").Certificate, CertificateForge.Root("two").Server(to: 5));

        Assert.Equal(
            [first.NotAfter.ToUniversalTime(), second.NotAfter.ToUniversalTime()],
            MetadataCertificates.EndsOf($"<m>{Element(first.RawData)}<x/>{Element(second.RawData)}</m>").Select(end => end.UtcDateTime));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no XML")]
    [InlineData("<m/>")]
    [InlineData("<!DOCTYPE m [<!ENTITY e 'x'>]><m>&e;</m>")]
    [InlineData("<X509Certificate xmlns='http://www.w3.org/2000/09/xmldsig#'>AAAA</X509Certificate>")]
    [InlineData("<X509Certificate xmlns='http://www.w3.org/2000/09/xmldsig#'><child/></X509Certificate>")]
    [InlineData("<X509Certificate xmlns='http://www.w3.org/2000/09/xmldsig#'>not base64!</X509Certificate>")]
    public void What_holds_none_has_no_end(string metadata) => Assert.Empty(MetadataCertificates.EndsOf(metadata));

    private static string Element(byte[] der) =>
        $"<X509Certificate xmlns='http://www.w3.org/2000/09/xmldsig#'>{Convert.ToBase64String(der)}</X509Certificate>";
}

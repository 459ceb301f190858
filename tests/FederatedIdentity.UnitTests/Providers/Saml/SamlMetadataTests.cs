using System.Security.Cryptography;
using FederatedIdentity.Providers.Saml;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers.Saml;

public sealed class SamlMetadataTests
{
    private static readonly SamlKey Key = SamlKey.Rsa();

    private const string EndOf2030 = "validUntil=\"2030-01-02T03:04:05Z\" ";
    private const string EndOf2029 = "validUntil=\"2029-01-02T03:04:05Z\" ";

    [Fact]
    public void Entity_id_keys_and_end_are_read()
    {
        var metadata = Parsed(SamlKey.Metadata(Key).Replace("entityID=", EndOf2030 + "entityID=", StringComparison.Ordinal));

        Assert.Equal(SamlKey.EntityId, metadata.EntityId);
        Assert.Equal([Key.Public], metadata.SigningKeys);
        Assert.Equal(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), metadata.ValidUntil);
    }

    [Fact]
    public void The_earlier_end_counts()
    {
        var metadata = Parsed(SamlKey.Metadata(Key)
            .Replace("entityID=", EndOf2030 + "entityID=", StringComparison.Ordinal)
            .Replace("protocolSupportEnumeration=", EndOf2029 + "protocolSupportEnumeration=", StringComparison.Ordinal));

        Assert.Equal(2029, metadata.ValidUntil!.Value.Year);
        Assert.Null(Parsed(SamlKey.Metadata(Key)).ValidUntil);
    }

    [Fact]
    public void S23_every_signing_key_is_read_once_and_keys_for_encryption_are_not()
    {
        var (next, encryption) = (SamlKey.Ec(ECCurve.NamedCurves.nistP256), SamlKey.Rsa());

        var metadata = Parsed(SamlKey.MetadataOf(
            Key.Descriptor() + next.Descriptor(use: "") + encryption.Descriptor(" use=\"encryption\"") + Key.Descriptor()));

        Assert.Equal([Key.Public, next.Public], metadata.SigningKeys);
    }

    [Theory]
    [InlineData("1.2.840.10045.3.1.7", true)]
    [InlineData("1.3.132.0.34", true)]
    [InlineData("1.3.132.0.35", true)]
    [InlineData("1.3.132.0.10", false)] // secp256k1
    public void Only_known_curves_sign(string curve, bool accepted) => Assert.Equal(
        accepted,
        SamlMetadata.TryParse(SamlKey.Metadata(SamlKey.Ec(ECCurve.CreateFromValue(curve))), out _) is not null);

    [Fact]
    public void A_weak_key_refuses_the_document() =>
        Assert.Contains("signing key", FaultOf(SamlKey.Metadata(Key, SamlKey.Rsa(1024))), StringComparison.Ordinal);

    [Theory]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>")]
    [InlineData("md:EntityDescriptor", "md:EntitiesDescriptor")]
    [InlineData("SAML:2.0:metadata", "SAML:2.0:meta")]
    [InlineData("entityID=\"https://idp.example.test/metadata\"", "")]
    [InlineData("entityID=\"https://idp.example.test/metadata\"", "entityID=\"\"")]
    [InlineData("md:IDPSSODescriptor", "md:SPSSODescriptor")]
    [InlineData(" urn:oasis:names:tc:SAML:2.0:protocol\"", "\"")]
    [InlineData("use=\"signing\"", "use=\"encryption\"")]
    [InlineData("ds:X509Certificate", "ds:X509SKI")]
    [InlineData("entityID=", "validUntil=\"tomorrow\" entityID=")]
    [InlineData("<ds:X509Certificate>\n", "<ds:X509Certificate>AAAA\n")]
    [InlineData("<ds:X509Data>", "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate>")]
    [InlineData("</md:EntityDescriptor>", "")]
    public void What_cannot_be_used_is_refused_with_a_reason(string from, string to)
    {
        var document = SamlKey.Metadata(Key);

        Assert.NotEqual(document, document.Replace(from, to, StringComparison.Ordinal));
        Assert.NotEmpty(FaultOf(document.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void Length_and_number_of_keys_are_limited()
    {
        Assert.Contains("longer", FaultOf(new string(' ', SamlMetadata.MaxLength + 1)), StringComparison.Ordinal);
        var keys = Enumerable.Range(0, 11).Select(_ => SamlKey.Ec(ECCurve.NamedCurves.nistP256)).ToArray();
        Assert.Contains("more than 10", FaultOf(SamlKey.Metadata(keys)), StringComparison.Ordinal);
        Assert.Equal(10, Parsed(SamlKey.Metadata(keys[..10])).SigningKeys.Count);
    }

    private static SamlMetadata Parsed(string document)
    {
        var metadata = SamlMetadata.TryParse(document, out var fault);
        Assert.Null(fault);
        return metadata!;
    }

    private static string FaultOf(string document)
    {
        Assert.Null(SamlMetadata.TryParse(document, out var fault));
        return fault!;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Certificates of an authority that no machine trusts, sound and false.</summary>
internal sealed class CertificateForge
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static int _serial;

    private CertificateForge(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    public string Thumbprint => ThumbprintOf(Certificate);

    public static string ThumbprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA1);

    public static CertificateForge Root(string name)
    {
        var (request, key) = Request(name, isAuthority: true);
        using (key)
        {
            return new CertificateForge(request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2)));
        }
    }

    /// <summary>An authority below this one.</summary>
    public CertificateForge Intermediate(string name)
    {
        var (request, key) = Request(name, isAuthority: true);
        using (key)
        {
            return new CertificateForge(Signed(request, key, -500, 500));
        }
    }

    /// <summary>A certificate for a server, valid between so many days from now; it may say where its issuer's can be had.</summary>
    public X509Certificate2 Server(
        string host = "localhost", int from = -10, int to = 10, string? issuerAt = null, bool forClients = false)
    {
        var (request, key) = Request(host, isAuthority: false, forClients);
        using (key)
        {
            if (issuerAt is not null)
            {
                request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuerAt]));
            }

            return Signed(request, key, from, to);
        }
    }

    /// <summary>A certificate that names this authority as its issuer and is signed by somebody else.</summary>
    public X509Certificate2 Forged(string host = "localhost")
    {
        var (request, key) = Request(host, isAuthority: false);
        using (key)
        {
            using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
            using var made = request.Create(
                Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(stranger), Now.AddDays(-1), Now.AddDays(1), Serial());
            return made.CopyWithPrivateKey(key);
        }
    }

    /// <summary>A server's certificate that goes on to sign another one, which its authority never allowed.</summary>
    public (X509Certificate2 Server, X509Certificate2 False) FalseAuthority()
    {
        var server = Server("user.example");
        return (new CertificateForge(server).Server(), server);
    }

    public static X509Certificate2 SelfSigned(string host = "localhost")
    {
        var (request, key) = Request(host, isAuthority: false);
        using (key)
        {
            return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        }
    }

    private static (CertificateRequest Request, ECDsa Key) Request(string name, bool isAuthority, bool forClients = false)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (isAuthority)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
            return (request, key);
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(forClients ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], critical: false));
        return (request, key);
    }

    private X509Certificate2 Signed(CertificateRequest request, ECDsa key, int from, int to)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        using var issuerKey = Certificate.GetECDsaPrivateKey()!;
        using var made = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), Now.AddDays(from), Now.AddDays(to), Serial());
        return made.CopyWithPrivateKey(key);
    }

    private static byte[] Serial() => [1, .. BitConverter.GetBytes(Interlocked.Increment(ref _serial))];
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FederatedIdentity.Providers.Engines;

/// <summary>
/// Decides which certificates providers' servers may show: those of trusted authorities, and beside them those that descend from a
/// certificate whose thumbprint the provider's own registration lists.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html</remarks>
internal static class ServerCertificates
{
    private static readonly Oid ForServers = new("1.3.6.1.5.5.7.3.1");

    public static SslClientAuthenticationOptions Options(Thumbprints listed) => new()
    {
        CertificateChainPolicy = NewPolicy(),
        RemoteCertificateValidationCallback = listed.IsEmpty
            ? null
            : (_, certificate, chain, errors) => MayServe(certificate as X509Certificate2, chain, errors, listed),
    };

    /// <summary>
    /// True for a certificate without fault; also for one whose only fault is that no trusted authority stands behind it, if a listed
    /// one does. Another host's name, a date out of range and a broken signature are never forgiven.
    /// </summary>
    internal static bool MayServe(X509Certificate2? server, X509Chain? presented, SslPolicyErrors errors, Thumbprints listed)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return errors == SslPolicyErrors.None;
        }

        // Only what the server itself presented, in the handshake: its own certificate and those it sent along.
        return server is not null && presented is not null
            && presented.ChainPolicy.ExtraStore.Prepend(server).Any(
                candidate => listed.Lists(candidate) && Descends(server, candidate, presented.ChainPolicy.ExtraStore));
    }

    /// <summary>
    /// Whether <paramref name="anchor"/> signed its way down to the server's certificate, every link sound and in its time. Merely being
    /// sent along proves nothing: anybody can send anybody's certificate.
    /// </summary>
    private static bool Descends(X509Certificate2 server, X509Certificate2 anchor, X509Certificate2Collection presented)
    {
        using var chain = new X509Chain { ChainPolicy = NewPolicy() };
        chain.ChainPolicy.ApplicationPolicy.Add(ForServers);
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.ExtraStore.AddRange(presented);

        // The result says whether a root was reached, which an intermediate authority as the anchor does not need; the links count.
        _ = chain.Build(server);
        try
        {
            foreach (var link in chain.ChainElements)
            {
                if (!IsSound(link))
                {
                    return false;
                }

                if (link.Certificate.RawDataMemory.Span.SequenceEqual(anchor.RawDataMemory.Span))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            foreach (var link in chain.ChainElements)
            {
                link.Certificate.Dispose();
            }
        }
    }

    private static bool IsSound(X509ChainElement link)
    {
        const X509ChainStatusFlags WithoutRoot = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;
        var now = TimeProvider.System.GetUtcNow();
        return Array.TrueForAll(link.ChainElementStatus, status => (status.Status & ~WithoutRoot) == 0)
            && link.Certificate.NotBefore.ToUniversalTime() <= now && now <= link.Certificate.NotAfter.ToUniversalTime();
    }

    /// <summary>
    /// A certificate may name an address where its issuer's can be had. Whoever shows it to us chose that address, so we do not go there.
    /// </summary>
    private static X509ChainPolicy NewPolicy() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };
}

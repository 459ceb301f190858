using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>Which servers a provider's thumbprints let us ask, over real TLS.</summary>
public sealed class ThumbprintTests : IAsyncLifetime
{
    private static readonly CertificateForge Root = CertificateForge.Root("root");
    private static readonly CertificateForge Authority = Root.Intermediate("authority");
    private static readonly CertificateForge Stranger = CertificateForge.Root("other root").Intermediate("other authority");

    private ProviderRig _rig = null!;

    public async Task InitializeAsync() => _rig = await ProviderRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task P41_an_untrusted_authority_is_believed_when_it_is_listed()
    {
        await using var issuer = Start(Authority.Server(), Authority.Certificate);

        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(issuer, Authority.Thumbprint));
    }

    [Fact]
    public async Task P41_thumbprints_are_compared_whatever_their_case_and_number()
    {
        await using var issuer = Start(Authority.Server(), Authority.Certificate);

        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(issuer, Stranger.Thumbprint, Authority.Thumbprint.ToLowerInvariant()));
    }

    [Fact]
    public async Task P41_an_untrusted_authority_is_not_believed_when_it_is_not_listed()
    {
        await using var issuer = Start(Authority.Server(), Authority.Certificate);

        await IsUnreachableAsync(issuer);
        await IsUnreachableAsync(issuer, Stranger.Thumbprint);
    }

    [Fact]
    public async Task P41_a_certificate_of_another_host_is_not_believed()
    {
        await using var issuer = Start(Authority.Server("other.example"), Authority.Certificate);

        await IsUnreachableAsync(issuer, Authority.Thumbprint);
    }

    [Theory]
    [InlineData(-10, -1)]
    [InlineData(1, 10)]
    public async Task P41_a_certificate_out_of_its_time_is_not_believed(int from, int to)
    {
        var server = Authority.Server(from: from, to: to);
        await using var issuer = Start(server, Authority.Certificate);

        await IsUnreachableAsync(issuer, Authority.Thumbprint, CertificateForge.ThumbprintOf(server));
    }

    [Fact]
    public async Task P41_a_certificate_for_clients_is_not_believed()
    {
        await using var issuer = Start(Authority.Server(forClients: true), Authority.Certificate);

        await IsUnreachableAsync(issuer, Authority.Thumbprint);
    }

    [Fact]
    public async Task P41_a_listed_authority_that_signed_nothing_is_not_believed()
    {
        await using var issuer = Start(Authority.Forged(), Authority.Certificate);

        await IsUnreachableAsync(issuer, Authority.Thumbprint);
    }

    [Fact]
    public async Task P41_a_servers_certificate_makes_no_authority()
    {
        var (server, falseAuthority) = Authority.FalseAuthority();
        await using var issuer = Start(server, falseAuthority, Authority.Certificate);

        await IsUnreachableAsync(issuer, Authority.Thumbprint);
    }

    [Fact]
    public async Task P41_a_servers_own_certificate_can_be_listed()
    {
        var selfSigned = CertificateForge.SelfSigned();
        await using var issuer = Start(selfSigned);
        await using var other = Start(CertificateForge.SelfSigned());

        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(issuer, CertificateForge.ThumbprintOf(selfSigned)));
        await IsUnreachableAsync(other, CertificateForge.ThumbprintOf(selfSigned));
    }

    [Fact]
    public async Task P41_registrations_of_one_host_share_no_connection()
    {
        await using var issuer = Start(Authority.Server(), Authority.Certificate);
        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(issuer, Authority.Thumbprint));
        var connections = issuer.Connections;

        await IsUnreachableAsync(issuer);
        await IsUnreachableAsync(issuer, Stranger.Thumbprint);

        // And the one that may ask goes on with what it has.
        _rig.Clock.Advance(TimeSpan.FromDays(2));
        Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(issuer, Authority.Thumbprint));
        Assert.Equal((1, 4), (connections, issuer.Requests));
    }

    [Fact]
    public async Task No_certificate_sends_us_to_an_address_for_its_issuers()
    {
        await using var issuer = Start(Authority.Server(issuerAt: _rig.Stub.Url + "/issuer.cer"));

        await IsUnreachableAsync(issuer);
        await IsUnreachableAsync(issuer, Authority.Thumbprint);
        Assert.Equal(0, _rig.Stub.Requests);
    }

    [Fact]
    public void P41_a_listed_authority_that_is_merely_sent_along_is_not_believed()
    {
        using var server = Stranger.Server();
        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.Add(Stranger.Certificate);
        chain.ChainPolicy.ExtraStore.Add(Authority.Certificate);
        chain.ChainPolicy.ExtraStore.Add(Root.Certificate);

        Assert.False(MayServe(Authority.Thumbprint));
        Assert.False(MayServe(Root.Thumbprint));
        Assert.True(MayServe(Stranger.Thumbprint));

        bool MayServe(string listed) => ServerCertificates.MayServe(
            server, chain, SslPolicyErrors.RemoteCertificateChainErrors, Thumbprints.Of([listed]));
    }

    [Fact]
    public void P41_a_listed_root_that_is_sent_along_vouches_down_to_the_server()
    {
        using var server = Authority.Server();
        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.Add(Root.Certificate);
        Assert.False(MayServe()); // The link between them is missing.

        chain.ChainPolicy.ExtraStore.Add(Authority.Certificate);
        Assert.True(MayServe());

        bool MayServe() => ServerCertificates.MayServe(
            server, chain, SslPolicyErrors.RemoteCertificateChainErrors, Thumbprints.Of([Root.Thumbprint]));
    }

    [Fact]
    public async Task What_one_server_presents_is_forgotten_before_the_next()
    {
        await using var issuer = Start(Authority.Server(), Authority.Certificate);
        var options = ServerCertificates.Options(Thumbprints.Of([Authority.Thumbprint]));
        options.TargetHost = "localhost";
        for (var handshake = 0; handshake < 2; handshake++)
        {
            using var client = new TcpClient("127.0.0.1", new Uri(issuer.Url).Port);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(options);
        }

        Assert.Empty(options.CertificateChainPolicy!.ExtraStore);
        Assert.Empty(options.CertificateChainPolicy.ApplicationPolicy);
    }

    [Theory]
    [InlineData(SslPolicyErrors.None, true)]
    [InlineData(SslPolicyErrors.RemoteCertificateChainErrors, true)]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch, false)]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable, false)]
    [InlineData(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch, false)]
    public void P41_nothing_but_a_missing_authority_is_forgiven(SslPolicyErrors errors, bool may)
    {
        using var server = Authority.Server();
        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.Add(Authority.Certificate);

        Assert.Equal(may, ServerCertificates.MayServe(server, chain, errors, Thumbprints.Of([Authority.Thumbprint])));
    }

    [Fact]
    public void Sets_of_thumbprints_are_equal_when_they_name_the_same()
    {
        Assert.Equal(Thumbprints.Of(["aa", "BB"]), Thumbprints.Of(["bb", "AA", "aa"]));
        Assert.Equal(Thumbprints.Of(["aa", "BB"]).GetHashCode(), Thumbprints.Of(["bb", "AA"]).GetHashCode());
        Assert.NotEqual(Thumbprints.Of(["aa"]), Thumbprints.Of(["aa", "bb"]));
        Assert.NotEqual(Thumbprints.Of(["aa"]), Thumbprints.None);
        Assert.Equal(Thumbprints.None, Thumbprints.Of([]));
    }

    [Fact]
    public void Only_so_many_sets_of_thumbprints_keep_connections()
    {
        using var connections = new PinnedConnections(_ => new SocketsHttpHandler()) { MaxPools = 2 };

        Assert.Same(connections.For(Thumbprints.Of(["a"])).Http, connections.For(Thumbprints.Of(["A"])).Http);
        Assert.NotSame(connections.For(Thumbprints.Of(["a"])).Http, connections.For(Thumbprints.None).Http);
        using var first = connections.For(Thumbprints.Of(["c"]));
        using var second = connections.For(Thumbprints.Of(["c"]));
        Assert.True(first.Own && second.Own && first.Http != second.Http);
    }

    private TlsIssuer Start(X509Certificate2 server, params X509Certificate2[] sentAlong)
    {
        var issuer = TlsIssuer.Start(_rig.Stub.KeySet(), server, sentAlong);
        _rig.Outbound.AllowedPrivateHosts.Add(new Uri(issuer.Url).Authority);
        return issuer;
    }

    private async Task IsUnreachableAsync(TlsIssuer issuer, params string[] thumbprints)
    {
        var requests = issuer.Requests;
        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(issuer, thumbprints));
        Assert.Equal(requests, issuer.Requests);
    }

    private Task<LoginVerdict> VerifyAsync(TlsIssuer issuer, params string[] thumbprints)
    {
        var provider = new OpenIdConnectProvider("arn:aws:iam::1:oidc-provider/tls", issuer.Url, ["client-1"])
        {
            Thumbprints = thumbprints,
        };
        var token = MintKey.Rsa().Token(new JsonObject
        {
            ["iss"] = issuer.Url,
            ["sub"] = "user-1",
            ["aud"] = "client-1",
            ["iat"] = _rig.Clock.Now,
            ["exp"] = _rig.Clock.Now + 3600,
        });
        return _rig.Oidc.VerifyAsync(provider.LoginKey, new(token), ProviderRig.PoolOf(oidc: [provider]), default).AsTask();
    }
}

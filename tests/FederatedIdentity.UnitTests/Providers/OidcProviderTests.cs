using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class OidcProviderTests : ProviderConformance
{
    private protected override ILoginProvider Provider => Rig.Oidc;

    private protected override string LoginKey => OpenIdConnectProvider.KeyOf(Issuer);

    private protected override string Issuer => Rig.Stub.Url;

    private protected override string ClientId => "client-1";

    private protected override Pool Pool => PoolWith(Issuer);

    private protected override IEnumerable<Pool> PoolsWithoutClientId =>
    [
        ProviderRig.PoolOf(),
        ProviderRig.PoolOf(oidc: [new OpenIdConnectProvider(Arn(Issuer), Issuer, [])]),
        ProviderRig.PoolOf(oidc: [new OpenIdConnectProvider(Arn(Issuer), Issuer, [""])]),
    ];

    private protected override string ExpectedAmr => $"{Arn(Issuer)}:OIDC:user-1";

    [Fact]
    public async Task Every_client_id_of_the_registration_may_ask()
    {
        Accepted(await VerifyAsync(Key.Token(Claims(claims => claims["aud"] = "client-2"))));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/tenant")]
    [InlineData("/tenant/")]
    public async Task An_issuer_is_asked_and_compared_exactly_as_registered(string path)
    {
        var issuer = Rig.Stub.Url + path;
        Rig.Stub.Issuer = issuer;
        var key = OpenIdConnectProvider.KeyOf(issuer);

        var good = await Rig.Oidc.VerifyAsync(key, new(Key.Token(Claims(claims => claims["iss"] = issuer))), PoolWith(issuer), default);
        var bad = await Rig.Oidc.VerifyAsync(key, new(Key.Token(Claims())), PoolWith(issuer), default);

        Assert.Equal(new Login(LoginKind.Public, key, "user-1"), Assert.IsType<LoginVerdict.Verified>(good).Login);
        Refused(LoginSentences.IssuerMismatch, bad);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task Other_signatures_than_RSA_PKCS1_are_accepted(string alg)
    {
        var key = alg == "ES256" ? MintKey.Ec() : MintKey.Rsa("ps", alg);
        Rig.Stub.Published = [Key.Jwk(), key.Jwk()];

        Accepted(await VerifyAsync(key.Token(Claims())));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/Tenant")]
    [InlineData(".evil.example")]
    public async Task P39_a_discovery_document_of_another_issuer_lends_no_keys(string suffix)
    {
        Rig.Stub.Issuer = Issuer + suffix;

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(Key.Token(Claims())));
        Assert.Equal(0, Rig.Stub.KeyRequests);
    }

    [Theory]
    [InlineData("http://10.0.0.1/keys")]
    [InlineData("https://169.254.169.254/keys")]
    [InlineData("https://keys.internal/keys")]
    [InlineData("https://keys.example.com/keys")]
    [InlineData("https://keys.example.\u1863om/keys")] // No name by any standard.
    [InlineData("https://keys.example.%E1%A1%A3om/keys")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/keys")]
    [InlineData("")]
    public async Task P40_keys_on_a_foreign_host_are_not_fetched(string url)
    {
        Rig.Stub.KeysUrl = url;

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(Key.Token(Claims())));
        Assert.Equal(0, Rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task P40_a_host_of_another_name_serves_keys_only_when_it_is_pinned()
    {
        Rig.Outbound.AllowedPrivateHosts.Add("localhost");
        Rig.Stub.KeysUrl = Rig.Stub.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/keys";

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(Key.Token(Claims())));
        Assert.Equal(0, Rig.Stub.KeyRequests);

        Rig.Options.KeyHosts.Add("localhost");
        var pinned = new OidcProvider(Rig.Verifier, Options.Create(Rig.Options));
        Accepted(await pinned.VerifyAsync(LoginKey, new(Key.Token(Claims())), Pool, default));
    }

    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("arn:aws:iam::999999999999:oidc-provider/login.example.com")]
    [InlineData("login.example.com?x=1")]
    [InlineData("login.example.com ")]
    [InlineData("LOGIN.example.com")]
    [InlineData("lоgin.example.com")] // A Cyrillic o.
    public async Task P42_P48_a_key_that_is_not_the_issuer_to_the_letter_is_refused_without_a_call(string key)
    {
        var token = Key.Token(Claims(claims => claims["iss"] = "https://login.example.com"));

        Refused(LoginSentences.IssuerMismatch, await Rig.Oidc.VerifyAsync(key, new(token), PoolWith("https://login.example.com"), default));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task An_unknown_key_is_told_first_whether_the_token_is_one_at_all()
    {
        Refused(LoginSentences.NotAnIdToken, await Rig.Oidc.VerifyAsync("Facebook", new("EAACEdEose0cBA"), Pool, default));
        Refused(LoginSentences.IssuerMismatch, await Rig.Oidc.VerifyAsync("Facebook", new(Key.Token(Claims())), Pool, default));
        Refused(LoginSentences.UnsupportedProvider, await Rig.Oidc.VerifyAsync(
            "login.example.com", new(Key.Token(Claims(claims => claims["iss"] = "https://login.example.com"))), Pool, default));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task P47_one_bad_login_says_nothing_about_another()
    {
        Accepted(await VerifyAsync(Key.Token(Claims())));
        Refused(LoginSentences.Unverified, await VerifyAsync(MintKey.OtherRsa("k1").Token(Claims())));
        Accepted(await VerifyAsync(Key.Token(Claims())));
    }

    private static Pool PoolWith(string issuer) =>
        ProviderRig.PoolOf(oidc: [new OpenIdConnectProvider(Arn(issuer), issuer, ["client-1", "client-2"])]);

    private static string Arn(string issuer) => $"arn:aws:iam::000000000000:oidc-provider/{OpenIdConnectProvider.KeyOf(issuer)}";
}

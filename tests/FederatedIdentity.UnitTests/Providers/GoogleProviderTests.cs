using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class GoogleProviderTests : ProviderConformance
{
    private const string Web = "123456789012-abcdef.apps.googleusercontent.com";

    private protected override ILoginProvider Provider => Rig.Google;

    private protected override string LoginKey => "accounts.google.com";

    private protected override string Issuer => "https://accounts.google.com";

    private protected override string ClientId => Web;

    private protected override Pool Pool { get; } = ProviderRig.PoolOf(new Dictionary<string, string> { ["accounts.google.com"] = Web });

    private protected override IEnumerable<Pool> PoolsWithoutClientId =>
    [
        ProviderRig.PoolOf(),
        ProviderRig.PoolOf(new Dictionary<string, string> { ["accounts.google.com"] = "" }),
        ProviderRig.PoolOf(oidc: [new OpenIdConnectProvider("arn:aws:iam::1:oidc-provider/accounts.google.com", Issuer, [])]),
    ];

    private protected override string ExpectedAmr => $"accounts.google.com:{Web}:user-1";

    [Theory]
    [InlineData("112233445566778899000")]
    [InlineData("123456789012")]
    public async Task P11_a_service_account_is_refused_though_Google_signed_for_our_audience(string account)
    {
        var token = Key.Token(Claims(claims => (claims["azp"], claims["sub"]) = (account, account)));

        Refused(LoginSentences.UnsupportedProvider, await VerifyAsync(token));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData(Web, true)]
    [InlineData("123456789012-android.apps.googleusercontent.com", true)]
    [InlineData("999999999999-android.apps.googleusercontent.com", false)]
    [InlineData("1234567890123-android.apps.googleusercontent.com", false)]
    [InlineData("12345678901-android.apps.googleusercontent.com", false)]
    [InlineData("-android.apps.googleusercontent.com", false)]
    [InlineData("", false)]
    public async Task P12_only_a_client_of_the_same_project_may_present_our_token(string azp, bool accepted)
    {
        var verdict = await VerifyAsync(Key.Token(Claims(claims => claims["azp"] = azp)));

        Assert.Equal(accepted, verdict is LoginVerdict.Verified);
    }

    [Theory]
    [InlineData("accounts.google.com", true)]
    [InlineData("https://accounts.google.com", true)]
    [InlineData("https://accounts.google.com/", false)]
    [InlineData("http://accounts.google.com", false)]
    [InlineData("accounts.google.com.evil", false)]
    [InlineData("Accounts.google.com", false)]
    public async Task P13_both_of_Googles_issuers_and_no_other_are_known(string issuer, bool accepted)
    {
        var verdict = await VerifyAsync(Key.Token(Claims(claims => claims["iss"] = issuer)));

        Assert.Equal(accepted, verdict is LoginVerdict.Verified);
        if (!accepted)
        {
            Refused(LoginSentences.IssuerMismatch, verdict);
        }
    }

    [Theory]
    [InlineData("https://securetoken.google.com/project")]
    [InlineData("https://cloud.google.com/iap")]
    public async Task P14_tokens_of_Googles_other_products_are_refused_without_a_call(string issuer)
    {
        Refused(LoginSentences.IssuerMismatch, await VerifyAsync(Key.Token(Claims(claims => claims["iss"] = issuer))));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData("ya29.a0AfB_byC")]
    [InlineData("4/0AeaYSHBn")]
    public async Task P14_access_tokens_and_codes_are_refused_without_a_call(string token)
    {
        Refused(LoginSentences.NotAnIdToken, await VerifyAsync(token));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task P15_only_RS256_is_Googles_signature(string alg)
    {
        var key = alg == "ES256" ? MintKey.Ec() : MintKey.Rsa("ps", alg);
        Rig.Stub.Published = [Key.Jwk(), key.Jwk()];

        Refused(LoginSentences.Unverified, await VerifyAsync(key.Token(Claims())));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task Several_client_ids_come_from_an_IAM_provider_for_Google()
    {
        var registered = new OpenIdConnectProvider("arn:aws:iam::1:oidc-provider/accounts.google.com", Issuer, ["ios", Web]);
        var pool = ProviderRig.PoolOf(oidc: [registered]);

        foreach (var audience in new[] { "ios", Web })
        {
            var token = Key.Token(Claims(claims => claims["aud"] = audience));
            Accepted(await Rig.Google.VerifyAsync(LoginKey, new(token), pool, default));
        }
    }

    [Theory]
    [InlineData("accounts.google.com", true)]
    [InlineData("Accounts.google.com", false)]
    [InlineData("accounts.google.com ", false)]
    [InlineData("https://accounts.google.com", false)]
    public void P48_the_key_is_compared_to_the_letter(string key, bool serves) => Assert.Equal(serves, Rig.Google.Serves(key, Pool));
}

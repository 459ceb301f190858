using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class UserPoolProviderTests : ProviderConformance
{
    private const string UserPool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001";
    private const string OtherUserPool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_OTHER0001";
    private const string Client = "client1abc";

    private protected override ILoginProvider Provider => Rig.UserPools;

    private protected override string LoginKey => UserPool;

    private protected override string Issuer => $"https://{UserPool}";

    private protected override string ClientId => Client;

    private protected override JsonObject OwnClaims => new() { ["token_use"] = "id", ["cognito:username"] = "alice" };

    private protected override Pool Pool { get; } = PoolWith(new CognitoIdentityProvider(UserPool, Client, false));

    private protected override IEnumerable<Pool> PoolsWithoutClientId =>
    [
        ProviderRig.PoolOf(),
        PoolWith(new CognitoIdentityProvider(UserPool, "", false)),
        PoolWith(new CognitoIdentityProvider(OtherUserPool, "client-1", false)),
    ];

    private protected override string ExpectedAmr => $"{UserPool}:CognitoSignIn:user-1";

    [Fact]
    public async Task Only_a_user_pool_names_roles()
    {
        Assert.True(Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(Key.Token(Claims()))).NamesRoles);
    }

    [Theory]
    [InlineData("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_OTHER0001")]
    [InlineData("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_test00001")]
    [InlineData("https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_TEST00001")]
    [InlineData("https://cognito-idp.us-east-1.amazonaws.com.cn/us-east-1_TEST00001")]
    [InlineData("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001/")]
    [InlineData("http://cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001")]
    [InlineData("cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001")]
    [InlineData("https://example.auth.us-east-1.amazoncognito.com")]
    public async Task P34_a_token_of_another_pool_or_region_is_refused_though_the_same_key_signed_it(string issuer)
    {
        Refused(LoginSentences.IssuerMismatch, await VerifyAsync(Key.Token(Claims(claims => claims["iss"] = issuer))));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task P35_a_client_of_one_user_pool_is_nobody_at_another()
    {
        var pool = PoolWith(new(UserPool, Client, false), new(OtherUserPool, "otherclient", false));

        var token = Key.Token(Claims(claims => claims["aud"] = "otherclient"));
        Refused(LoginSentences.UnsupportedProvider, await Rig.UserPools.VerifyAsync(UserPool, new(token), pool, default));
        var other = Key.Token(Claims(claims => claims["iss"] = $"https://{OtherUserPool}"));
        Refused(LoginSentences.UnsupportedProvider, await Rig.UserPools.VerifyAsync(OtherUserPool, new(other), pool, default));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task Several_clients_of_one_user_pool_may_ask()
    {
        var pool = PoolWith(new(UserPool, Client, false), new(UserPool, "second", false));

        foreach (var client in new[] { Client, "second" })
        {
            var token = Key.Token(Claims(claims => claims["aud"] = client));
            Accepted(await Rig.UserPools.VerifyAsync(UserPool, new(token), pool, default));
        }
    }

    [Fact]
    public async Task C17_a_token_that_does_not_say_it_is_an_ID_token_is_none()
    {
        Refused(LoginSentences.MissingClaim("token_use"), await VerifyAsync(Key.Token(Claims(claims => claims.Remove("token_use")))));

        foreach (var use in new JsonNode?[] { null, "", "ID", "access", "refresh", 1, new JsonArray("id") })
        {
            Refused(LoginSentences.Invalid, await VerifyAsync(Key.Token(Claims(claims => claims["token_use"] = use?.DeepClone()))));
        }
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task P15_only_RS256_is_a_user_pools_signature(string alg)
    {
        var key = alg == "ES256" ? MintKey.Ec() : MintKey.Rsa("ps", alg);
        Rig.Stub.Published = [Key.Jwk(), key.Jwk()];

        Refused(LoginSentences.Unverified, await VerifyAsync(key.Token(Claims())));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task Keys_are_fetched_where_the_template_says_for_this_pool()
    {
        Rig.Options.UserPools.Endpoint = Rig.Stub.Url + "/{region}/{userPoolId}/";

        Accepted(await VerifyAsync(Key.Token(Claims())));
        Assert.Equal(["/us-east-1/us-east-1_TEST00001/.well-known/jwks.json"], Rig.Stub.Paths);
    }

    [Theory]
    [InlineData("http://", true)]
    [InlineData("https://", true)]
    [InlineData("ftp://", false)]
    [InlineData("", false)]
    public async Task An_emulator_announces_its_address_with_or_without_TLS(string scheme, bool accepted)
    {
        Rig.Options.UserPools.Endpoint = null;
        var key = $"{Rig.Stub.Host}/us-east-1_TEST00001";
        var pool = PoolWith(new CognitoIdentityProvider(key, Client, false));
        Assert.True(Rig.UserPools.Serves(key, pool));

        var token = Key.Token(Claims(claims => claims["iss"] = scheme + key));
        var verdict = await Rig.UserPools.VerifyAsync(key, new(token), pool, default);

        Assert.Equal(accepted, verdict is LoginVerdict.Verified);
        Assert.Equal(accepted ? ["/us-east-1_TEST00001/.well-known/jwks.json"] : Array.Empty<string>(), Rig.Stub.Paths);
    }

    [Theory]
    [InlineData(UserPool, true)]
    [InlineData(OtherUserPool, true)] // Not configured, and refused as a user pool.
    [InlineData("cognito-idp.us-east-1.amazonaws.com", true)]
    [InlineData("127.0.0.1:9229/local_pool", false)] // An emulator's form is only one when it is configured.
    [InlineData("Cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001", false)]
    [InlineData("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001", false)]
    public void P48_the_key_is_compared_to_the_letter(string key, bool serves) => Assert.Equal(serves, Rig.UserPools.Serves(key, Pool));

    [Fact]
    public void C20_a_user_pool_that_is_registered_as_an_ordinary_issuer_names_no_roles()
    {
        var registered = new OpenIdConnectProvider($"arn:aws:iam::1:oidc-provider/{UserPool}", Issuer, [Client]);

        Assert.False(Rig.UserPools.Serves(UserPool, ProviderRig.PoolOf(oidc: [registered])));
        Assert.True(Rig.UserPools.Serves(UserPool, ProviderRig.PoolOf(oidc: [registered], userPools: [new(UserPool, Client, false)])));
    }

    [Theory]
    [InlineData("cognito-idp.us-east-1.amazonaws.com")]
    [InlineData("cognito-idp.evil.example/us-east-1_TEST00001")]
    [InlineData("cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001\n")]
    [InlineData("cognito-idp.us-east-1.amazonaws.com/a/b")]
    public async Task P42_a_key_that_only_looks_like_a_user_pool_is_refused_without_a_call(string key)
    {
        var pool = PoolWith(new CognitoIdentityProvider(key, Client, false));

        Refused(LoginSentences.IssuerMismatch, await Rig.UserPools.VerifyAsync(key, new(Key.Token(Claims())), pool, default));
        var fitting = Key.Token(Claims(claims => claims["iss"] = $"https://{key}"));
        Refused(LoginSentences.UnsupportedProvider, await Rig.UserPools.VerifyAsync(key, new(fitting), pool, default));
        Assert.Equal(0, Rig.Stub.Requests);
    }

    private static Pool PoolWith(params CognitoIdentityProvider[] clients) => ProviderRig.PoolOf(userPools: clients);
}

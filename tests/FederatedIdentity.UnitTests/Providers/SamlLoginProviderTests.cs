using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Tests.Shared;
using FederatedIdentity.UnitTests.Providers.Saml;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The provider as the Logins map sees it; what is read from a response is tested in the folder Saml.</summary>
public sealed class SamlLoginProviderTests
{
    private readonly SamlBench _bench = new();

    [Fact]
    public void A_genuine_response_is_a_login_with_its_session()
    {
        var verified = _bench.Accepted(_bench.Forge.Genuine());

        Assert.Equal(new Login(LoginKind.Public, SamlBench.Arn, "alice"), verified.Login);
        Assert.Equal($"{SamlBench.Arn}:SAML:alice", verified.Amr);
        Assert.Equal(["arn:aws:iam::000000000000:role/a"], verified.Session!.Roles);
        Assert.False(verified.NamesRoles);
    }

    [Fact]
    public void The_same_response_may_come_again_until_it_expires()
    {
        var xml = _bench.Forge.Genuine();

        _bench.Accepted(xml);
        _bench.Clock.Advance(TimeSpan.FromSeconds(599));
        _bench.Accepted(xml);
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("expired", _bench.Refused(xml));
    }

    [Theory]
    [InlineData("arn:aws:iam::000000000000:saml-provider/p", true)]
    [InlineData("arn:aws-cn:iam::111111111111:saml-provider/other", true)]
    [InlineData("arn:aws:iam::000000000000:oidc-provider/login.example.com", false)]
    [InlineData("login.example.com", false)]
    [InlineData("https://arn:saml-provider/p", false)]
    public void ARNs_of_SAML_providers_are_served_and_nothing_else(string key, bool serves) =>
        Assert.Equal(serves, SamlProvider.IsArn(key));

    [Theory]
    [InlineData(SamlBench.Arn + "2")]
    [InlineData("arn:aws:iam::000000000000:saml-provider/P")]
    [InlineData("arn:aws:iam::111111111111:saml-provider/p")]
    public void A_provider_that_the_pool_does_not_have_vouches_for_nobody(string key)
    {
        var rejected = Assert.IsType<LoginVerdict.Rejected>(_bench.Verify(SamlForge.Token(_bench.Forge.Genuine()), key: key));

        Assert.Equal(LoginSentences.UnsupportedProvider, rejected.Sentence);
    }

    [Fact]
    public void Metadata_that_is_out_of_date_vouches_for_nobody_and_says_so_in_the_log()
    {
        var provider = _bench.Trusted with { ValidUntil = _bench.Clock.GetUtcNow().AddSeconds(1) };
        var xml = _bench.Forge.Genuine();

        _bench.Accepted(xml, provider);
        Assert.Empty(_bench.Log.Lines);
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("the metadata is out of date", _bench.Refused(xml, provider));
        Assert.Equal(LogLevel.Warning, Assert.Single(_bench.Log.Lines).Level);
    }

    [Fact]
    public void S23_old_and_new_key_sign_until_the_old_one_is_removed()
    {
        var (old, next) = (_bench.Key, SamlKey.Rsa());
        var byOld = _bench.Forge.Genuine();
        var byNext = new SamlForge(next, _bench.Clock.GetUtcNow()).Genuine();
        var both = _bench.Trusted with { SigningKeys = [old.Public, next.Public] };
        var after = _bench.Trusted with { SigningKeys = [next.Public] };

        Assert.All([byOld, byNext], xml => _bench.Accepted(xml, both));
        _bench.Accepted(byNext, after);
        _bench.Refused(byOld, after);
    }

    [Fact]
    public void S25_a_JWT_under_a_SAML_key_is_refused() =>
        _bench.RefusedToken(MintKey.Rsa().Token(new JsonObject { ["iss"] = SamlKey.EntityId, ["sub"] = "alice" }));

    [Fact]
    public async Task S25_a_SAML_response_under_an_OIDC_key_is_refused_without_a_call()
    {
        await using var rig = await ProviderRig.StartAsync();
        var key = OpenIdConnectProvider.KeyOf(rig.Stub.Url);
        var provider = new OpenIdConnectProvider($"arn:aws:iam::000000000000:oidc-provider/{key}", rig.Stub.Url, ["client-1"]);
        var pool = ProviderRig.PoolOf(oidc: [provider]);

        var verdict = await rig.Oidc.VerifyAsync(key, new(SamlForge.Token(_bench.Forge.Genuine())), pool, default);

        Assert.Equal(LoginSentences.NotAnIdToken, Assert.IsType<LoginVerdict.Rejected>(verdict).Sentence);
        Assert.Equal(0, rig.Stub.Requests);
    }

    [Fact]
    public void Default_tags_of_a_SAML_login_name_the_user_alone()
    {
        var pool = SamlBench.PoolOf(_bench.Trusted) with
        {
            PrincipalTagMaps = new Dictionary<string, PrincipalTagMap>
            {
                [SamlBench.Arn] = new(UseDefaults: true, new Dictionary<string, string>()),
            },
        };
        var verified = _bench.Accepted(_bench.Forge.Genuine());

        Assert.Equal(
            new Dictionary<string, string> { ["username"] = "alice" },
            pool.PrincipalTagsFor(SamlBench.Arn, verified.Claims));
    }
}

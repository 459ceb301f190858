using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Operations;

/// <summary>Vouches for whoever a token names, except "rejected", "cognito" and "unreachable". Serves every key.</summary>
internal sealed class FakeProvider : ILoginProvider
{
    public int Calls { get; private set; }

    public bool Serves(string loginKey, Pool pool) => true;

    public ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct)
    {
        Calls++;
        return new(token.Reveal switch
        {
            "rejected" => new LoginVerdict.Rejected(LoginSentences.Unverified, "The fake refuses."),
            "cognito" => new LoginVerdict.Rejected(LoginSentences.CognitoToken, "The fake knows its own kind."),
            "unreachable" => new LoginVerdict.Unreachable("The fake is away."),
            var subject => new LoginVerdict.Verified(
                new Login(LoginKind.Public, loginKey, subject), $"{loginKey}:{subject}", LoginClaims.None),
        });
    }
}

/// <summary>Knows one pool.</summary>
internal sealed class OnePool(Pool pool) : IPoolCatalog
{
    public static Pool Named(string id, bool guests = false, string? developer = null, bool anyProvider = true) => new(
        new PoolId(id), "000000000000", guests, AllowClassicFlow: null, developer,
        SupportedLoginProviders: anyProvider ? new Dictionary<string, string> { ["fake"] = "app" } : [],
        CognitoIdentityProviders: [], OpenIdConnectProviders: [], OpenIdConnectProviderArns: [], SamlProviderArns: []);

    public ValueTask<Pool?> FindAsync(PoolId id, CancellationToken ct) => new(id == pool.Id ? pool : null);

    public void Forget(PoolId id)
    {
    }
}

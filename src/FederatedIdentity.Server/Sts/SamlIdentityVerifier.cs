using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Sts;

/// <summary>Verifies the SAML responses that STS takes: those of the SAML providers of the role's account.</summary>
internal sealed class SamlIdentityVerifier(IEnumerable<ILoginProvider> providers, NpgsqlPrincipals store)
{
    private readonly ILoginProvider[] _providers = [.. providers];

    public async ValueTask<Outcome<SamlIdentity>> VerifyAsync(
        string response, string providerArn, string accountId, CancellationToken ct)
    {
        if (!SamlProvider.IsArn(providerArn) || !providerArn.All(RoleArn.IsVisible)
            || await store.FindSamlProviderAsync(accountId, providerArn, ct) is not { } provider)
        {
            return StsErrors.InvalidIdentityToken("Specified provider doesn't exist");
        }

        // A pool that trusts this provider and nobody else: the rules of a login are those of STS.
        var pool = new Pool(new PoolId(""), accountId, false, null, null, new Dictionary<string, string>(), [], [], [], [provider.Arn])
        {
            SamlProviders = [provider],
        };
        var serving = Array.Find(_providers, candidate => candidate.Serves(provider.Arn, pool))
            ?? throw new UnreachableException("The last provider serves every key.");
        return await serving.VerifyAsync(provider.Arn, new ProviderToken(response), pool, ct) switch
        {
            LoginVerdict.Verified login => SamlIdentity.Of(provider, accountId, login)
                ?? throw new UnreachableException("SAML providers state a session."),
            LoginVerdict.Rejected { HasExpired: true } => StsErrors.SamlExpired,
            LoginVerdict.Rejected => StsErrors.InvalidIdentityToken("The SAML response could not be verified."),
            _ => StsErrors.Communication,
        };
    }
}

using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Saml;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>
/// Any SAML 2.0 provider that the pool names by its ARN and whose metadata the account has. Nobody is asked: the metadata's keys decide,
/// and a rollover is an update of the metadata.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html</remarks>
internal sealed partial class SamlLoginProvider(
    IOptions<ProvidersOptions> options, TimeProvider time, ILogger<SamlLoginProvider> log) : ILoginProvider
{
    public const string Kind = "saml";

    private readonly SamlOptions _options = options.Value.Saml;

    public bool Serves(string loginKey, Pool pool) => SamlProvider.IsArn(loginKey);

    public ValueTask<LoginVerdict> VerifyAsync(string loginKey, ProviderToken token, Pool pool, CancellationToken ct) =>
        ValueTask.FromResult(Verify(loginKey, token, pool));

    private LoginVerdict Verify(string loginKey, ProviderToken token, Pool pool)
    {
        if (pool.SamlProviders.FirstOrDefault(candidate => candidate.Arn == loginKey) is not { } provider)
        {
            return new LoginVerdict.Rejected(LoginSentences.UnsupportedProvider, "not a SAML provider of the pool");
        }

        var now = time.GetUtcNow();
        if (provider.ValidUntil <= now)
        {
            Log.OutOfDate(log, provider.Arn, provider.ValidUntil.Value);
        }

        return SamlResponseVerifier.Verify(token.Reveal, new SamlTrust(provider, _options), now) switch
        {
            SamlResult.Valid valid => new LoginVerdict.Verified(
                new Login(LoginKind.Public, provider.Arn, valid.Subject), $"{provider.Arn}:SAML:{valid.NameId}", valid.Claims)
            {
                Session = valid.Session,
            },
            SamlResult.Invalid invalid => new LoginVerdict.Rejected(LoginSentences.SamlUnverified, invalid.Detail)
            {
                HasExpired = invalid.HasExpired,
            },
            _ => throw new UnreachableException(),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "All logins of {Arn} are refused: its metadata was valid until {ValidUntil}. Update it.")]
        public static partial void OutOfDate(ILogger log, string arn, DateTimeOffset validUntil);
    }
}

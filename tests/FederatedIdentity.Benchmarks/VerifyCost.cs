using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedIdentity.Benchmarks;

/// <summary>What judging a login costs beyond the signature that has to be verified anyway; keys and opaque tokens are in memory.</summary>
internal static class VerifyCost
{
    private const int CallsPerTurn = 4000;

    public static async Task<int> RunAsync()
    {
        await using var issuer = await BenchIssuer.StartAsync();
        await using var services = Services(issuer);
        var verifier = services.GetRequiredService<IIdTokenVerifier>();
        var trust = new IdTokenTrust(
            [issuer.Url],
            KeySource.Discovery("oidc", KeySource.WellKnown(issuer.Url), issuer.Url, []),
            [BenchIssuer.ClientId],
            new HashSet<string> { "RS256", "ES256" });
        var (rsaToken, ecToken) = (issuer.RsaToken(), issuer.EcToken());
        var (rsaInput, rsaSignature) = Split(rsaToken);
        var (ecInput, ecSignature) = Split(ecToken);
        await verifier.VerifyAsync(new(rsaToken), trust, default); // Fetches the keys.

        Console.WriteLine($"RS256, 2048 bits, {rsaToken.Length} bytes");
        new Contest(
            ("raw RSA.VerifyData", () => Must(
                issuer.Rsa.VerifyData(rsaInput, rsaSignature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))),
            ("ID token", () => Verify(verifier, rsaToken, trust)),
            ("cached opaque token of the same length", Cached(services.GetRequiredService<OpaqueTokens>(), rsaToken)))
            .Run(CallsPerTurn);

        Console.WriteLine($"ES256, {ecToken.Length} bytes");
        new Contest(
            ("raw ECDsa.VerifyData", () => Must(issuer.Ec.VerifyData(ecInput, ecSignature, HashAlgorithmName.SHA256))),
            ("ID token", () => Verify(verifier, ecToken, trust)))
            .Run(CallsPerTurn);
        return 0;
    }

    private static void Verify(IIdTokenVerifier verifier, string token, IdTokenTrust trust)
    {
        var verifying = verifier.VerifyAsync(new(token), trust, default).AsTask();
        Must(verifying.IsCompletedSuccessfully && verifying.GetAwaiter().GetResult() is IdTokenResult.Valid);
    }

    private static Action Cached(OpaqueTokens tokens, string token)
    {
        var good = new OpaqueResult.Valid("110169484474386276334", LoginClaims.None, ExpiresAt: null);
        return () => Must(tokens
            .JudgeAsync("bench", "app", new ProviderToken(token), _ => Task.FromResult<OpaqueResult>(good), default)
            .AsTask().GetAwaiter().GetResult() == good);
    }

    private static (byte[] Input, byte[] Signature) Split(string token)
    {
        var dot = token.LastIndexOf('.');
        return (Encoding.ASCII.GetBytes(token[..dot]), Base64Url.DecodeFromChars(token.AsSpan(dot + 1)));
    }

    private static void Must(bool good)
    {
        if (!good)
        {
            throw new InvalidOperationException("What is measured here does not work.");
        }
    }

    private static ServiceProvider Services(BenchIssuer issuer) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(new InMemoryTokenCache(TimeProvider.System).Replica())
        .AddProviders(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [OutboundOptions.Section + ":AllowedPrivateHosts:0"] = new Uri(issuer.Url).Authority,
        }).Build())
        .BuildServiceProvider();
}

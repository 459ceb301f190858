using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers.Saml;

/// <summary>The SAML provider on a manual clock, with one trusted identity provider and a forge that has its key.</summary>
internal sealed class SamlBench
{
    public const string Arn = "arn:aws:iam::000000000000:saml-provider/p";

    private static readonly SamlKey SharedKey = SamlKey.Rsa();

    public SamlBench() => Forge = new SamlForge(Key, Clock.GetUtcNow());

    public SamlKey Key { get; } = SharedKey;

    public ManualClock Clock { get; } = new();

    public ListLogger<SamlLoginProvider> Log { get; } = new();

    public ProvidersOptions Options { get; } = new();

    public SamlForge Forge { get; }

    public SamlProvider Trusted => new(Arn, SamlKey.EntityId, [Key.Public], ValidUntil: null);

    public static Pool PoolOf(params SamlProvider[] providers) =>
        ProviderRig.PoolOf() with { SamlProviderArns = [.. providers.Select(provider => provider.Arn)], SamlProviders = providers };

    public LoginVerdict Verify(string token, SamlProvider? provider = null, string key = Arn)
    {
        var verdict = new SamlLoginProvider(Microsoft.Extensions.Options.Options.Create(Options), Clock, Log)
            .VerifyAsync(key, new ProviderToken(token), PoolOf(provider ?? Trusted), default).AsTask();
        Assert.True(verdict.IsCompletedSuccessfully); // Nobody is asked.
        return verdict.GetAwaiter().GetResult();
    }

    public LoginVerdict.Verified Accepted(string xml, SamlProvider? provider = null)
    {
        var verdict = Verify(SamlForge.Token(xml), provider);
        return Assert.IsType<LoginVerdict.Verified>(verdict);
    }

    public string Refused(string xml, SamlProvider? provider = null) => RefusedToken(SamlForge.Token(xml), provider);

    /// <summary>The token is refused with the sentence for SAML, in no time; returns what the log is told.</summary>
    public string RefusedToken(string token, SamlProvider? provider = null)
    {
        var watch = Stopwatch.StartNew();
        var rejected = Assert.IsType<LoginVerdict.Rejected>(Verify(token, provider));
        Assert.Equal("Invalid login token. SAML assertion could not be verified.", rejected.Sentence);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        return rejected.Detail;
    }
}

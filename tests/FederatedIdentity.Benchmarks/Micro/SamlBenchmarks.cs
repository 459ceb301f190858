using BenchmarkDotNet.Attributes;
using FederatedIdentity.Benchmarks.Fuzz;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Options;
using FederatedIdentity.Providers.Saml;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>A SAML response with one signed assertion, from its base64 to what it says about the user.</summary>
public class SamlBenchmarks
{
    private readonly FixedClock _clock = new();
    private SamlTrust? _trust;
    private string _token = "";

    [GlobalSetup]
    public void Prepare()
    {
        var key = SamlKey.Rsa();
        var provider = new SamlProvider("arn:aws:iam::000000000000:saml-provider/p", SamlKey.EntityId, [key.Public], ValidUntil: null);
        _trust = new SamlTrust(provider, new SamlOptions());
        _token = SamlForge.Token(new SamlForge(key, _clock.GetUtcNow()).Genuine());
    }

    [Benchmark]
    public bool Verify() => SamlResponseVerifier.Verify(_token, _trust!, _clock.GetUtcNow()) is SamlResult.Valid
        ? true
        : throw new InvalidOperationException("What is measured here does not work.");
}

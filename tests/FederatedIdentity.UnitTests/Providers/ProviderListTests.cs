using System.Diagnostics.Metrics;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.UserPools;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Providers;

public sealed class ProviderListTests
{
    [Fact]
    public async Task Every_provider_can_be_built_and_the_catch_all_is_last()
    {
        await using var services = Services([]);
        var pool = ProviderRig.PoolOf();

        var providers = services.GetServices<ILoginProvider>().ToList();

        Assert.Equal([providers[^1]], providers.Where(provider => provider.Serves("login.example.com", pool)));
        string[] keys =
        [
            "graph.facebook.com", "accounts.google.com", "appleid.apple.com", "www.amazon.com", "api.twitter.com", "www.digits.com",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_TEST00001", "arn:aws:iam::000000000000:saml-provider/p",
        ];
        Assert.All(keys, key => Assert.Single(providers.SkipLast(1), provider => provider.Serves(key, pool)));
    }

    [Fact]
    public async Task Settings_are_read_under_their_published_names()
    {
        await using var services = Services(new()
        {
            ["FederatedIdentity:Issuer"] = "https://identity.example.com",
            ["FederatedIdentity:Providers:AudienceRule"] = "Aws",
            ["FederatedIdentity:Providers:ClockSkew"] = "00:01:30",
            ["FederatedIdentity:Providers:KeyHosts:0"] = "keys.example.com",
            ["FederatedIdentity:Providers:Google:Discovery"] = "https://google.example.com/d",
            ["FederatedIdentity:Providers:Twitter:Endpoint"] = "https://api.x.com",
            ["FederatedIdentity:Providers:Twitter:VerifyPath"] = "/2/users/me",
            ["FederatedIdentity:Providers:Twitter:SubjectPath"] = "data.id",
            ["FederatedIdentity:Providers:Digits:Endpoint"] = "https://digits.example.com/",
            ["FederatedIdentity:Providers:Saml:AllowSha1"] = "true",
            ["FederatedIdentity:Providers:Saml:Audiences:0"] = "https://identity.example.com",
            ["FederatedIdentity:Providers:Saml:Recipients:0"] = "https://identity.example.com/saml",
            ["FederatedIdentity:Providers:Saml:TransientSubjectAttribute"] = "uid",
            ["FederatedIdentity:Outbound:AllowedPrivateHosts:0"] = "idp.internal:8443",
            ["FederatedIdentity:Outbound:Proxy"] = "http://proxy:3128",
        });

        var providers = services.GetRequiredService<IOptions<ProvidersOptions>>().Value;
        var outbound = services.GetRequiredService<IOptions<OutboundOptions>>().Value;

        Assert.Equal("https://identity.example.com", providers.OwnIssuer);
        Assert.Equal(AudienceRule.Aws, providers.AudienceRule);
        Assert.Equal(TimeSpan.FromSeconds(90), providers.ClockSkew);
        Assert.Equal(["keys.example.com"], providers.KeyHosts);
        Assert.Equal("https://google.example.com/d", providers.Google.Discovery);
        Assert.Equal("https://api.x.com/2/users/me", $"{providers.Twitter.VerifyUrl}");
        Assert.Equal(["data", "id"], providers.Twitter.SubjectNames);
        Assert.Equal("https://digits.example.com/1.1/sdk/account.json", $"{providers.Digits.VerifyUrl}");
        Assert.Equal((true, "uid"), (providers.Saml.AllowSha1, providers.Saml.TransientSubjectAttribute));
        Assert.Equal(["https://identity.example.com"], providers.Saml.Audiences);
        Assert.Equal(["https://identity.example.com/saml"], providers.Saml.Recipients);
        Assert.True(outbound.Allows("IDP.internal", 8443) && !outbound.Allows("idp.internal", 443));
        Assert.Equal("http://proxy:3128", outbound.Proxy);
    }

    [Theory]
    [InlineData(null, typeof(NoRevocations))]
    [InlineData("https://revocations.example.com/", typeof(RevocationEndpoint))]
    public async Task Revocations_of_user_pools_are_asked_for_only_where_a_setting_says(string? url, Type source)
    {
        await using var services = Services(new() { ["FederatedIdentity:Providers:UserPools:RevocationEndpoint"] = url });

        Assert.IsType(source, services.GetRequiredService<IUserPoolRevocations>());
    }

    [Fact]
    public async Task User_pools_and_Apple_are_set_under_their_published_names()
    {
        const string Section = "FederatedIdentity:Providers:UserPools:";
        await using var services = Services(new()
        {
            ["FederatedIdentity:Providers:Apple:Discovery"] = "https://apple.example.com/d",
            [Section + "Endpoint"] = "https://keys.example.com/{userPoolId}",
            [Section + "CheckEndpoint"] = "https://{region}.example.com",
            [Section + "AccessKeyId"] = "id",
            [Section + "SecretAccessKey"] = "secret",
            [Section + "SessionToken"] = "session",
        });

        var providers = services.GetRequiredService<IOptions<ProvidersOptions>>().Value;

        Assert.Equal("https://apple.example.com/d", providers.Apple.Discovery);
        Assert.Equal("https://keys.example.com/{userPoolId}", providers.UserPools.Endpoint);
        Assert.Equal("https://{region}.example.com", providers.UserPools.CheckEndpoint);
        Assert.Equal(
            ("id", "secret", "session"),
            (providers.UserPools.AccessKeyId, providers.UserPools.SecretAccessKey, providers.UserPools.SessionToken));
    }

    [Fact]
    public async Task Every_bad_setting_is_named_at_once()
    {
        await using var services = Services(new()
        {
            ["FederatedIdentity:Outbound:AllowedPrivateHosts:0"] = "https://idp.internal/",
            ["FederatedIdentity:Outbound:AllowedPrivateHosts:1"] = "idp.internal:0",
            ["FederatedIdentity:Outbound:Proxy"] = "user:secret@proxy",
        });

        var refusal = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<OutboundOptions>>().Value);

        Assert.Equal(3, refusal.Failures.Count());
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("00:05:01")]
    public async Task The_grace_is_never_longer_than_AWS_documents(string skew)
    {
        await using var services = Services(new() { ["FederatedIdentity:Providers:ClockSkew"] = skew });

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ProvidersOptions>>().Value);
    }

    [Theory]
    [InlineData("host", "host", null)]
    [InlineData("host:1", "host", 1)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("::1", "::1", null)]
    [InlineData("[::1]", "::1", null)]
    [InlineData("[::1]:1", "::1", 1)]
    public void A_host_is_read_with_or_without_port(string entry, string host, int? port)
    {
        Assert.True(OutboundOptions.TryParseHost(entry, out var readHost, out var readPort));
        Assert.Equal((host, port), (readHost, readPort));
    }

    [Fact]
    public async Task Verdicts_are_logged_without_anything_of_the_token()
    {
        var log = new ListLogger<ObservedProvider>();
        await using var services = Services([], log);

        foreach (var provider in services.GetServices<ILoginProvider>())
        {
            Assert.IsType<LoginVerdict.Rejected>(
                await provider.VerifyAsync("login.example.com", new("secret.token.text"), ProviderRig.PoolOf(), default));
        }

        Assert.Equal(services.GetServices<ILoginProvider>().Count(), log.Lines.Count);
        Assert.DoesNotContain(log.Lines, line => line.Text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verdicts_are_counted_by_kind_and_outcome()
    {
        await using var services = Services([]);
        var meters = services.GetRequiredService<IMeterFactory>();
        var counted = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Meter.Name == "FederatedIdentity.Providers")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (value > 0) // With zero they begin.
            {
                counted.Add($"{value} " + string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));
            }
        });
        listener.Start();

        foreach (var provider in services.GetServices<ILoginProvider>())
        {
            await provider.VerifyAsync("login.example.com", new("no token"), ProviderRig.PoolOf(), default);
        }

        listener.RecordObservableInstruments();
        Assert.Equal(
            new[] { "amazon", "apple", "digits", "facebook", "google", "oidc", "saml", "twitter", "user-pool" }
                .Select(kind => $"1 provider={kind} outcome=rejected"),
            counted.Order(StringComparer.Ordinal));
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings, ILogger<ObservedProvider>? log = null)
    {
        var services = new ServiceCollection().AddLogging();
        if (log is not null)
        {
            services.AddSingleton(log);
        }

        services.AddSingleton(new InMemoryTokenCache(TimeProvider.System).Replica());
        services.AddProviders(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}

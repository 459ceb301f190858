using System.Diagnostics.Metrics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.UserPools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The real engines on a manual clock, allowed to call one stub issuer.</summary>
internal sealed class ProviderRig : IAsyncDisposable
{
    private readonly OutboundHttp _http;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private ProviderRig(StubIssuer stub, TimeSpan deadline)
    {
        Stub = stub;
        Options.Google.Discovery = stub.Url + "/.well-known/openid-configuration";
        Options.Apple.Discovery = Options.Google.Discovery;
        Options.UserPools.Endpoint = stub.Url + "/{userPoolId}";
        Options.OwnIssuer = "https://identity.example.com";
        Outbound.AllowedPrivateHosts.Add(stub.Host);
        _http = new OutboundHttp(
            Microsoft.Extensions.Options.Options.Create(Outbound), Metrics(), Clock, NullLogger<OutboundHttp>.Instance)
        {
            Deadline = deadline,
        };
        Sets = new JwkSets(new KeyFetcher(_http, Clock, Log), Clock);
        Verifier = new IdTokenVerifier(Sets, Microsoft.Extensions.Options.Options.Create(Options), Clock);
        Google = new GoogleProvider(Verifier, Microsoft.Extensions.Options.Options.Create(Options));
        Apple = new AppleProvider(Verifier, Microsoft.Extensions.Options.Options.Create(Options));
        UserPools = UserPoolsWith(new NoRevocations());
        Oidc = new OidcProvider(Verifier, Microsoft.Extensions.Options.Options.Create(Options));
    }

    public StubIssuer Stub { get; }

    public ManualClock Clock { get; } = new();

    public ListLogger<KeyFetcher> Log { get; } = new();

    public ProvidersOptions Options { get; } = new();

    public OutboundOptions Outbound { get; } = new();

    public JwkSets Sets { get; }

    public IdTokenVerifier Verifier { get; }

    public GoogleProvider Google { get; }

    public AppleProvider Apple { get; }

    public UserPoolProvider UserPools { get; }

    public OidcProvider Oidc { get; }

    public static async Task<ProviderRig> StartAsync(TimeSpan? deadline = null)
    {
        var stub = await StubIssuer.StartAsync();
        stub.Published = [MintKey.Rsa().Jwk()];
        return new ProviderRig(stub, deadline ?? TimeSpan.FromSeconds(5));
    }

    public static Pool PoolOf(
        IReadOnlyDictionary<string, string>? supported = null,
        IReadOnlyList<OpenIdConnectProvider>? oidc = null,
        IReadOnlyList<CognitoIdentityProvider>? userPools = null) => new(
        new PoolId("us-east-1:00000000-0000-4000-8000-000000000001"),
        "000000000000",
        AllowUnauthenticatedIdentities: false,
        AllowClassicFlow: null,
        DeveloperProviderName: null,
        supported ?? new Dictionary<string, string>(),
        userPools ?? [],
        oidc ?? [],
        [.. (oidc ?? []).Select(provider => provider.Arn)],
        []);

    public UserPoolProvider UserPoolsWith(IUserPoolRevocations revocations) => new(Verifier, Addresses, CheckWith(revocations));

    public RevocationEndpoint RevocationsAt(Uri url) => new(_http, url);

    public ServerSideTokenCheck CheckWith(IUserPoolRevocations revocations) => new(Users, revocations, new OpaqueTokens(Metrics(), Clock), Clock);

    public UserPoolUsers Users => new(_http, Addresses, Microsoft.Extensions.Options.Options.Create(Options), Clock);

    private UserPoolAddresses Addresses =>
        new(Microsoft.Extensions.Options.Options.Create(Options), Microsoft.Extensions.Options.Options.Create(Outbound));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
        await Stub.DisposeAsync();
    }

    private ProviderMetrics Metrics() => new(_services.GetRequiredService<IMeterFactory>());
}

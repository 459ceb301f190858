using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.UserPools;
using FederatedIdentity.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The real engines on a manual clock, allowed to call one stub issuer.</summary>
internal sealed class ProviderRig : IAsyncDisposable
{
    private readonly OutboundHttp _http;
    private readonly TimeSpan _deadline;

    private readonly ProviderRig? _first;

    private ProviderRig(StubIssuer stub, TimeSpan deadline, ProviderRig? first = null, ManualClock? clock = null)
    {
        (Stub, _deadline, _first, Clock) = (stub, deadline, first, clock ?? first?.Clock ?? new());
        Shared = first?.Shared ?? new(Clock) { IsAway = true };
        var cache = Shared.Replica();
        Options.Google.Discovery = stub.Url + "/.well-known/openid-configuration";
        Options.Apple.Discovery = Options.Google.Discovery;
        Options.UserPools.Endpoint = stub.Url + "/{userPoolId}";
        Options.OwnIssuer = "https://identity.example.com";
        Outbound.AllowedPrivateHosts.Add(stub.Host);
        _http = new OutboundHttp(
            Microsoft.Extensions.Options.Options.Create(Outbound), Metrics.Metrics, Clock, NullLogger<OutboundHttp>.Instance)
        {
            Deadline = deadline,
        };
        Sets = new JwkSets(new KeyFetcher(_http, Log), cache, Metrics.Metrics, Clock);
        Verifier = new IdTokenVerifier(Sets, Microsoft.Extensions.Options.Options.Create(Options), Clock);
        Google = new GoogleProvider(Verifier, Microsoft.Extensions.Options.Options.Create(Options));
        Apple = new AppleProvider(Verifier, Microsoft.Extensions.Options.Options.Create(Options));
        UserPools = UserPoolsWith(new NoRevocations());
        Oidc = new OidcProvider(Verifier, Microsoft.Extensions.Options.Options.Create(Options));
    }

    public StubIssuer Stub { get; }

    public ManualClock Clock { get; }

    /// <summary>What the replicas share; away unless a test says otherwise.</summary>
    public InMemoryTokenCache Shared { get; }

    public MetricLog Metrics { get; } = new();

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

    /// <summary>One more replica, with the issuer, the shared memory and, unless it has its own, the clock of this one; nothing else.</summary>
    public ProviderRig Replica(ManualClock? clock = null) => new(Stub, _deadline, _first ?? this, clock);

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

    public ServerSideTokenCheck CheckWith(IUserPoolRevocations revocations) => new(
        Users, revocations, new OpaqueTokens(Shared.Replica(), Metrics.Metrics, Clock), Microsoft.Extensions.Options.Options.Create(Options), Clock);

    public UserPoolUsers Users => new(_http, Addresses, Microsoft.Extensions.Options.Options.Create(Options), Clock);

    private UserPoolAddresses Addresses =>
        new(Microsoft.Extensions.Options.Options.Create(Options), Microsoft.Extensions.Options.Options.Create(Outbound));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Metrics.Dispose();
        if (_first is null)
        {
            await Stub.DisposeAsync();
        }
    }
}

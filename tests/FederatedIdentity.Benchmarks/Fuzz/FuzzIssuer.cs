using System.Text.Json.Nodes;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// An OpenID issuer with keys of every kind, and the product's providers, which have read these keys and can ask for nothing more: the
/// issuer is gone once they have.
/// </summary>
internal sealed class FuzzIssuer
{
    public const string ClientId = "client-1";

    private static readonly string[] Algorithms = ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512"];

    private readonly ILoginProvider[] _providers;
    private readonly Pool _pool;

    private FuzzIssuer(string url, IReadOnlyList<FuzzKey> keys, TimeProvider clock, ILoginProvider[] providers)
    {
        (Url, Keys, Now, _providers) = (url, keys, clock.GetUtcNow().ToUnixTimeSeconds(), providers);
        var registered = new OpenIdConnectProvider($"arn:aws:iam::000000000000:oidc-provider/{LoginKey}", url, [ClientId]);
        _pool = new Pool(
            new PoolId("us-east-1:00000000-0000-4000-8000-000000000001"), "000000000000", AllowUnauthenticatedIdentities: false,
            AllowClassicFlow: null, DeveloperProviderName: null, new Dictionary<string, string>(), [], [registered], [registered.Arn], []);
    }

    public string Url { get; }

    public IReadOnlyList<FuzzKey> Keys { get; }

    public long Now { get; }

    private string LoginKey => OpenIdConnectProvider.KeyOf(Url);

    public static async Task<FuzzIssuer> CreateAsync()
    {
        FuzzKey[] keys = [.. Algorithms.Select(FuzzKey.New)];
        await using var server = await ServeAsync(keys);
        var clock = new FixedClock();
        var issuer = new FuzzIssuer(server.Urls.Single(), keys, clock, Providers(server.Urls.Single(), clock));
        if (await issuer.VerifyAsync(issuer.Token(keys[0], "alice")) is not LoginVerdict.Verified)
        {
            throw new InvalidOperationException("The genuine token is refused, so nothing that follows would mean anything.");
        }

        return issuer;
    }

    public string Token(FuzzKey key, string subject, bool typed = false) => key.Sign(key.Header(typed), Claims(subject));

    public string Claims(string subject) => new JsonObject
    {
        ["iss"] = Url,
        ["sub"] = subject,
        ["aud"] = subject == "carol" ? new JsonArray(ClientId) : ClientId,
        ["azp"] = ClientId,
        ["iat"] = Now - 60,
        ["nbf"] = Now - 60,
        ["exp"] = Now + 3600,
        ["email"] = subject + "@example.com",
    }.ToJsonString();

    public ValueTask<LoginVerdict> VerifyAsync(string token) =>
        Array.Find(_providers, provider => provider.Serves(LoginKey, _pool))!
            .VerifyAsync(LoginKey, new ProviderToken(token), _pool, CancellationToken.None);

    private static ILoginProvider[] Providers(string url, TimeProvider clock)
    {
        var settings = new Dictionary<string, string?> { ["FederatedIdentity:Outbound:AllowedPrivateHosts:0"] = new Uri(url).Authority };
        return
        [
            .. new ServiceCollection().AddLogging().AddSingleton(clock).AddSingleton(new InMemoryTokenCache(clock) { IsAway = true }.Replica())
                .AddProviders(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
                .BuildServiceProvider().GetServices<ILoginProvider>(),
        ];
    }

    private static async Task<WebApplication> ServeAsync(FuzzKey[] keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(context.Request.Path == "/keys"
            ? FuzzKey.Set(keys)
            : new JsonObject { ["issuer"] = app.Urls.Single(), ["jwks_uri"] = app.Urls.Single() + "/keys" }.ToJsonString()));
        await app.StartAsync();
        return app;
    }
}

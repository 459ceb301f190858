using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Providers.Twitter;
using FederatedIdentity.Providers.UserPools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers;

/// <summary>
/// Every login provider there is, in the order in which they are asked whether they serve a key. They reach the container as
/// <see cref="ILoginProvider"/>s in this order; the first that serves a key judges its token.
/// </summary>
public static class ProviderList
{
    /// <summary>What metrics call them.</summary>
    internal static IReadOnlyList<string> Kinds { get; } =
    [
        FacebookProvider.Kind, GoogleProvider.Kind, AppleProvider.Kind, AmazonProvider.Kind, TwitterProvider.Kind, DigitsProvider.Kind,
        UserPoolProvider.Kind, SamlLoginProvider.Kind, OidcProvider.Kind,
    ];

    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OutboundOptions>().Bind(configuration.GetSection(OutboundOptions.Section)).ValidateOnStart();
        services.AddOptions<ProvidersOptions>()
            .Bind(configuration.GetSection(ProvidersOptions.Section))
            .Configure(options => options.OwnIssuer ??= configuration["FederatedIdentity:Issuer"])
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboundOptions>, OutboundOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProvidersOptions>, ProvidersOptionsValidator>());

        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<ProviderMetrics>();
        services.TryAddSingleton<OutboundHttp>();
        services.TryAddSingleton<KeyFetcher>();
        services.TryAddSingleton<JwkSets>();
        services.TryAddSingleton<IIdTokenVerifier, IdTokenVerifier>();
        services.TryAddSingleton<OpaqueTokens>();
        services.TryAddSingleton<TwitterAccounts>();
        services.TryAddSingleton<UserPoolAddresses>();
        services.TryAddSingleton<UserPoolUsers>();
        services.TryAddSingleton<ServerSideTokenCheck>();
        services.TryAddSingleton(Revocations);
        services.TryAddSingleton<IProviderReach, ProviderReach>();

        services.AddProvider<FacebookProvider>(FacebookProvider.Kind);
        services.AddProvider<GoogleProvider>(GoogleProvider.Kind);
        services.AddProvider<AppleProvider>(AppleProvider.Kind);
        services.AddProvider<AmazonProvider>(AmazonProvider.Kind);
        services.AddProvider<TwitterProvider>(TwitterProvider.Kind);
        services.AddProvider<DigitsProvider>(DigitsProvider.Kind);
        services.AddProvider<UserPoolProvider>(UserPoolProvider.Kind);
        services.AddProvider<SamlLoginProvider>(SamlLoginProvider.Kind);
        services.AddProvider<OidcProvider>(OidcProvider.Kind); // Serves what is left, so it stays last.
        return services;
    }

    private static IUserPoolRevocations Revocations(IServiceProvider services) =>
        services.GetRequiredService<IOptions<ProvidersOptions>>().Value.UserPools.RevocationEndpoint is { } url
            ? new RevocationEndpoint(services.GetRequiredService<OutboundHttp>(), new Uri(url))
            : new NoRevocations();

    private static void AddProvider<TProvider>(this IServiceCollection services, string kind)
        where TProvider : class, ILoginProvider
    {
        services.TryAddSingleton<TProvider>();
        services.AddSingleton<ILoginProvider>(provider => new ObservedProvider(
            kind,
            provider.GetRequiredService<TProvider>(),
            provider.GetRequiredService<ProviderMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ObservedProvider>>()));
    }
}

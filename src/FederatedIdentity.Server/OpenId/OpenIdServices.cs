using FederatedIdentity.Providers;
using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>Tokens, keys and discovery.</summary>
internal static class OpenIdServices
{
    public static IServiceCollection AddOpenId(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TokenOptions>().Bind(configuration.GetSection(TokenOptions.Section)).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<TokenOptions>, DevelopmentIssuer>();
        services.AddSingleton<IValidateOptions<TokenOptions>, TokenOptionsValidator>();
        services.AddOptions<ProvidersOptions>()
            .PostConfigure<IOptions<TokenOptions>>((providers, tokens) => providers.OwnIssuer = tokens.Value.RequiredIssuer);
        services.AddSingleton<SigningKeyMetrics>();
        services.AddSingleton<SigningKeyRotation>();
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<OpenIdTokenIssuer>();
        services.AddSingleton<OwnTokenVerifier>();
        return services;
    }

    /// <summary>In development the issuer is where we listen; in production a guess would be a token nobody can verify.</summary>
    private sealed class DevelopmentIssuer(IHostEnvironment environment, IConfiguration configuration) : IPostConfigureOptions<TokenOptions>
    {
        public void PostConfigure(string? name, TokenOptions options)
        {
            if (options.Issuer is null && environment.IsDevelopment())
            {
                var port = BindingAddress.Parse(HttpVersions.Addresses(configuration)[0]).Port;
                options.Issuer = $"http://127.0.0.1:{port}";
            }
        }
    }
}

using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>Temporary credentials, and who may do what with them.</summary>
internal static class StsServices
{
    public static IServiceCollection AddSts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StsOptions>().Bind(configuration.GetSection(StsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StsOptions>, StsOptionsValidator>();
        services.AddSingleton<SessionKeyMetrics>();
        services.AddSingleton<SessionKeyRing>();
        services.AddSingleton<SessionTokens>();
        services.AddSingleton<ISessionKeys>(provider => provider.GetRequiredService<SessionTokens>());
        services.AddSingleton<CredentialIssuer>();
        services.AddSingleton<PrincipalCatalog>();
        services.AddSingleton<Standings>();
        services.AddSingleton<Authorizer>();
        services.AddSingleton<RoleSessions>();
        services.AddSingleton<WebIdentityVerifier>();
        services.AddSingleton<SamlIdentityVerifier>();
        services.AddSingleton<ExternalStsHttp>();
        services.AddSingleton<ExternalSts>();
        services.AddSingleton<IdentityCredentials>();
        return services;
    }
}

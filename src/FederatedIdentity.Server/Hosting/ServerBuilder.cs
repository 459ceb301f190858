namespace FederatedIdentity.Server.Hosting;

/// <summary>How serving and every verb begin, so that all of them read their settings from the same places.</summary>
internal static class ServerBuilder
{
    public static WebApplicationBuilder Create(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Configuration.AddSecretFiles();
        return builder;
    }
}

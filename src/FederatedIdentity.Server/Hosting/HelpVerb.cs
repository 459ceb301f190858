using System.Reflection;
using System.Text;

namespace FederatedIdentity.Server.Hosting;

/// <summary>Says what the executable can do and which version it is.</summary>
internal static class HelpVerb
{
    private static readonly string _version =
        typeof(HelpVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static async Task<int> HelpAsync()
    {
        await Console.Out.WriteAsync(Text());
        return 0;
    }

    public static async Task<int> VersionAsync()
    {
        await Console.Out.WriteLineAsync($"federated-identity {_version}");
        return 0;
    }

    public static Task<int> MisusedAsync() => VerbHost.MisusedAsync(Text().TrimEnd());

    private static string Text()
    {
        var text = new StringBuilder("""
            Usage: federated-identity [--Section:Name=value ...]    serves
                   federated-identity <verb> ...                    does one of these and ends


            """);
        foreach (var verb in Verbs.All)
        {
            text.AppendLine($"  {verb.Name,-14}{verb.Promise}");
        }

        return text.Append("""

            Settings are environment variables, as FederatedIdentity__Issuer, or arguments, as --FederatedIdentity:Issuer=...; see
            docs/configuration.md. Outside of the container image the executable is called FederatedIdentity.Server.

            """).ToString();
    }
}

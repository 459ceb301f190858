using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// Settings in files, as Docker and Kubernetes mount secrets: a file is a setting, named like the variable that would set it. The
/// setting below names their directories, with colons between them.
/// </summary>
internal static class SecretFiles
{
    public const string Setting = "FederatedIdentity:SecretsDirectory";

    /// <summary>
    /// What a file says counts before the environment and after the command line; of two files of one name the later directory's counts.
    /// Throws when a directory is not there: a server without its secrets would be another deployment.
    /// </summary>
    public static void AddSecretFiles(this ConfigurationManager configuration)
    {
        var directories = (configuration[Setting] ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var directory in directories)
        {
            configuration.AddDirectory(Path.GetFullPath(directory));
        }
    }

    private static void AddDirectory(this ConfigurationManager configuration, string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new InvalidOperationException($"{Setting} names {directory}, and there is no such directory.");
        }

        // Nothing is read again while the server runs: a setting is checked once, at start.
        var files = new KeyPerFileConfigurationSource { FileProvider = new PhysicalFileProvider(directory), ReloadOnChange = false };
        var sources = ((IConfigurationBuilder)configuration).Sources;
        var commandLine = sources.FirstOrDefault(source => source is CommandLineConfigurationSource);
        sources.Insert(commandLine is null ? sources.Count : sources.IndexOf(commandLine), files);
    }
}

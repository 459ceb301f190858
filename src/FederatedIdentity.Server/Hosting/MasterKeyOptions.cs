using FederatedIdentity.Storage.Secrets;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>The key that wraps every secret at rest, from the configuration or from a file (a mounted Kubernetes secret).</summary>
internal sealed class MasterKeyOptions
{
    public const string Section = "FederatedIdentity";

    /// <summary>Base64 of 32 bytes.</summary>
    public string? MasterKey { get; set; }

    /// <summary>Path of a file with the same; used when <see cref="MasterKey"/> is absent.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>Throws FormatException, IOException or UnauthorizedAccessException; a validated configuration does not.</summary>
    public MasterKey Load() =>
        Storage.Secrets.MasterKey.FromBase64(MasterKey ?? (MasterKeyFile is { } path ? File.ReadAllText(path) : ""));
}

internal sealed class MasterKeyOptionsValidator : IValidateOptions<MasterKeyOptions>
{
    public ValidateOptionsResult Validate(string? name, MasterKeyOptions options)
    {
        try
        {
            options.Load();
            return ValidateOptionsResult.Success;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail(
                $"FederatedIdentity:MasterKey or FederatedIdentity:MasterKeyFile is required. {unusable.Message}");
        }
    }
}

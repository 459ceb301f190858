using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>The key that wraps every secret at rest, from the configuration or from a file (a mounted Kubernetes secret).</summary>
internal sealed class MasterKeyOptions
{
    public const string Section = "FederatedIdentity";
    public const int Length = 32;

    /// <summary>Base64 of 32 bytes.</summary>
    public string? MasterKey { get; set; }

    /// <summary>Path of a file with the same; used when <see cref="MasterKey"/> is absent.</summary>
    public string? MasterKeyFile { get; set; }

    public byte[] ReadKey()
    {
        var text = MasterKey ?? (MasterKeyFile is { } path ? File.ReadAllText(path) : null);
        return Convert.FromBase64String(text?.Trim() ?? "");
    }
}

internal sealed class MasterKeyOptionsValidator : IValidateOptions<MasterKeyOptions>
{
    private const string Rule = "FederatedIdentity:MasterKey (or MasterKeyFile) must be base64 of 32 bytes, "
        + "for example from: head -c 32 /dev/urandom | base64";

    public ValidateOptionsResult Validate(string? name, MasterKeyOptions options)
    {
        try
        {
            return options.ReadKey().Length == MasterKeyOptions.Length
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(Rule);
        }
        catch (FormatException)
        {
            return ValidateOptionsResult.Fail(Rule);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"FederatedIdentity:MasterKeyFile: {unreadable.Message}");
        }
    }
}

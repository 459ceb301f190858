using Microsoft.Extensions.Options;
using Key = FederatedIdentity.Storage.Secrets.MasterKey;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// The key that wraps every secret at rest, from the configuration or from a file (a mounted Kubernetes secret), and while it is being
/// replaced a second one that only opens.
/// </summary>
internal sealed class MasterKeyOptions
{
    public const string Section = "FederatedIdentity";

    /// <summary>Base64 of 32 bytes.</summary>
    public string? MasterKey { get; set; }

    /// <summary>Path of a file with the same; used when <see cref="MasterKey"/> is absent.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>A key that opens what it wrapped, and wraps nothing; the same form.</summary>
    public string? PreviousMasterKey { get; set; }

    /// <summary>Path of a file with the same; used when <see cref="PreviousMasterKey"/> is absent.</summary>
    public string? PreviousMasterKeyFile { get; set; }

    /// <summary>Throws a FormatException that names the setting; a validated configuration does not.</summary>
    public Key Load()
    {
        // Empty is absent, so that a template can always write the variable.
        var (previous, previousFile) = (NullIfEmpty(PreviousMasterKey), NullIfEmpty(PreviousMasterKeyFile));
        var current = Read(MasterKey, MasterKeyFile, "FederatedIdentity:MasterKey or FederatedIdentity:MasterKeyFile is required.");
        return previous is null && previousFile is null
            ? current
            : current.With(Read(previous, previousFile, "FederatedIdentity:PreviousMasterKey cannot be used."));
    }

    private static Key Read(string? text, string? file, string complaint)
    {
        try
        {
            return Key.FromBase64(text ?? (file is { } path ? File.ReadAllText(path) : ""));
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{complaint} {unusable.Message}", unusable);
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
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
        catch (FormatException unusable)
        {
            return ValidateOptionsResult.Fail(unusable.Message);
        }
    }
}

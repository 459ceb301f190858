using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Storage.Redis;

/// <summary>How Redis is used, beside where it is, which the connection string says.</summary>
internal sealed class RedisOptions
{
    public const string Section = "FederatedIdentity:Redis";

    /// <summary>How long a command may take before the request goes on without its answer.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How all keys begin, so that others may use the same Redis.</summary>
    public string KeyPrefix { get; set; } = "federated-identity:";

    /// <summary>Instead of a password in the connection string; it may hold every character, also those that end one there.</summary>
    public string? Password { get; set; }

    /// <summary>PEM file of the authorities that may vouch for Redis; the system's trust anchors otherwise.</summary>
    public string? CaFile { get; set; }
}

internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    private const int LongestPrefix = 128;
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        if (options.CommandTimeout < TimeSpan.FromMilliseconds(1) || options.CommandTimeout > LongestTimeout)
        {
            return ValidateOptionsResult.Fail($"{RedisOptions.Section}:CommandTimeout must be from 00:00:00.001 to {LongestTimeout}.");
        }

        if (options.KeyPrefix.Length > LongestPrefix || options.KeyPrefix.Any(char.IsControl))
        {
            return ValidateOptionsResult.Fail($"{RedisOptions.Section}:KeyPrefix must have at most {LongestPrefix} printable characters.");
        }

        return options.CaFile is { } file ? Validate(file) : ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Validate(string caFile)
    {
        try
        {
            _ = new RedisCertificates(caFile);
            return ValidateOptionsResult.Success;
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"{RedisOptions.Section}:CaFile must be a file of PEM certificates. {unusable.Message}");
        }
    }
}

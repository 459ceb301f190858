using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Jose;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>Who our tokens say they are from, and how they are signed.</summary>
internal sealed class TokenOptions
{
    public const string Section = "FederatedIdentity";

    /// <summary>The <c>iss</c> of our tokens and the base of discovery, exactly as verifiers compare it.</summary>
    public string? Issuer { get; set; }

    public SigningOptions Tokens { get; set; } = new();

    /// <summary>The issuer of a validated configuration.</summary>
    public string RequiredIssuer => Issuer ?? throw new InvalidOperationException("FederatedIdentity:Issuer was not validated.");

    public KeySchedule Schedule => new(Tokens.SigningAlgorithm, Tokens.KeyRotation, Tokens.KeyPublishing);

    /// <summary>Below the issuer, without a doubled slash.</summary>
    public string UrlOf(string path) => RequiredIssuer.TrimEnd('/') + path;

    internal sealed class SigningOptions
    {
        /// <summary>RS512 is what the real service signs with; ES256 costs a thirteenth of the CPU.</summary>
        public string SigningAlgorithm { get; set; } = "RS512";

        /// <summary>How long a key signs; zero until told otherwise.</summary>
        public TimeSpan KeyRotation { get; set; } = TimeSpan.FromDays(90);

        /// <summary>How long a key is published before it signs.</summary>
        public TimeSpan KeyPublishing { get; set; } = TimeSpan.FromHours(2);

        /// <summary>How long we tell verifiers to keep the keys.</summary>
        public TimeSpan KeyCacheLifetime { get; set; } = TimeSpan.FromHours(1);
    }
}

internal sealed class TokenOptionsValidator(IHostEnvironment environment) : IValidateOptions<TokenOptions>
{
    private static readonly string[] Algorithms = ["RS512", "RS256", "ES256"];

    /// <summary>In this time every replica has a new key, and serves it.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestCache = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestPublishing = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestUse = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, TokenOptions options)
    {
        var faults = new List<string>();
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out var issuer)
            || issuer.Scheme is not ("https" or "http") || issuer.Query.Length > 0 || issuer.Fragment.Length > 0)
        {
            faults.Add("FederatedIdentity:Issuer must be the server's public https URL, without query and fragment.");
        }
        else if (issuer.Scheme == "http" && !issuer.IsLoopback && !environment.IsDevelopment())
        {
            faults.Add("FederatedIdentity:Issuer must be https outside development: verifiers fetch our keys from there.");
        }

        if (!Algorithms.Contains(options.Tokens.SigningAlgorithm) || JwsAlgorithm.Find(options.Tokens.SigningAlgorithm) is null)
        {
            faults.Add($"FederatedIdentity:Tokens:SigningAlgorithm must be one of {string.Join(", ", Algorithms)}.");
        }

        faults.AddRange(Faults(options.Tokens));
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Faults(TokenOptions.SigningOptions options)
    {
        if (options.KeyCacheLifetime < TimeSpan.FromSeconds(1) || options.KeyCacheLifetime > LongestCache)
        {
            yield return "FederatedIdentity:Tokens:KeyCacheLifetime must be between one second and one day.";
        }

        if (options.KeyPublishing < options.KeyCacheLifetime + Spread || options.KeyPublishing > LongestPublishing)
        {
            yield return "FederatedIdentity:Tokens:KeyPublishing must be at least 5 seconds longer than KeyCacheLifetime, and at most 30 "
                + "days: a key signs when every cache has it.";
        }

        if (options.KeyRotation != TimeSpan.Zero && (options.KeyRotation < options.KeyPublishing || options.KeyRotation > LongestUse))
        {
            yield return "FederatedIdentity:Tokens:KeyRotation must be zero, or between KeyPublishing and 3650 days, written days.hours:minutes:seconds.";
        }
    }
}

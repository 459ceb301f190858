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

    /// <summary>Below the issuer, without a doubled slash.</summary>
    public string UrlOf(string path) => RequiredIssuer.TrimEnd('/') + path;

    internal sealed class SigningOptions
    {
        /// <summary>RS512 is what the real service signs with; ES256 costs a thirteenth of the CPU.</summary>
        public string SigningAlgorithm { get; set; } = "RS512";
    }
}

internal sealed class TokenOptionsValidator(IHostEnvironment environment) : IValidateOptions<TokenOptions>
{
    private static readonly string[] Algorithms = ["RS512", "RS256", "ES256"];

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

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}

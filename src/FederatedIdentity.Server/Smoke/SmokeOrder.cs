using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FederatedIdentity.Domain;

namespace FederatedIdentity.Server.Smoke;

/// <summary>Which service is to be tried out, as whom, and who vouches for it.</summary>
internal sealed record SmokeOrder(
    Uri Url, X509Certificate2Collection? Authorities, string AccessKeyId, SecretKey Secret, string Region, bool HasOwnSts)
{
    public const string Usage = """
        Usage: federated-identity smoke --url <http[s]://host[:port]> [--ca <file>]

          --url   the service, as its clients call it
          --ca    PEM file of the only authorities that may vouch for it

        Creates a pool and a role, uses them as a guest, and removes them. Needs an administrator's access key in
        FederatedIdentity__Bootstrap__AccessKeyId and FederatedIdentity__Bootstrap__SecretAccessKey, or else in AWS_ACCESS_KEY_ID and
        AWS_SECRET_ACCESS_KEY; and FederatedIdentity__Region or AWS_REGION, unless that is us-east-1.
        """;

    private const string Bootstrap = "FederatedIdentity:Bootstrap";

    /// <summary>The options by their names; null when it is not the form of <see cref="Usage"/>.</summary>
    public static Dictionary<string, string>? OptionsOf(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], arguments.ElementAtOrDefault(++i));
            if (name is not ("--url" or "--ca") || value is null || !options.TryAdd(name, value))
            {
                return null;
            }
        }

        return options.ContainsKey("--url") ? options : null;
    }

    /// <summary>Throws a FormatException that names what is missing or cannot be used.</summary>
    public static SmokeOrder Of(Dictionary<string, string> options, IConfiguration settings)
    {
        if (!Uri.TryCreate(options["--url"], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo is not "")
        {
            throw new FormatException("--url must be an http or https URL without a user name.");
        }

        var (id, secret) = settings[$"{Bootstrap}:AccessKeyId"] is { Length: > 0 } configured
            ? (configured, settings[$"{Bootstrap}:SecretAccessKey"])
            : (settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"]);
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(secret))
        {
            throw new FormatException("There is no access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
        }

        var region = settings["FederatedIdentity:Region"] is { Length: > 0 } own ? own : settings["AWS_REGION"];
        return new(
            new Uri(url, "/"), ReadAuthorities(options.GetValueOrDefault("--ca")), id, new SecretKey(secret),
            string.IsNullOrEmpty(region) ? "us-east-1" : region,
            !"External".Equals(settings["FederatedIdentity:Sts:Mode"], StringComparison.OrdinalIgnoreCase));
    }

    private static X509Certificate2Collection? ReadAuthorities(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--ca: {unusable.Message}", unusable);
        }

        return authorities.Count > 0 ? authorities : throw new FormatException($"--ca: {file} holds no certificate.");
    }
}

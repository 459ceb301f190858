using System.Text.Json;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;

namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// Whether a stranger finds our keys: goes to the public URL, and compares what it gets with the configuration and with the database.
/// </summary>
internal sealed class IssuerCheck : ICheck
{
    private const string Reach = "Let DNS, ingress and TLS lead there, from here too; verifiers fetch our keys from this URL.";

    public string Name => "issuer";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (subject.Options<TokenOptions>() is not { Issuer: not null } tokens)
        {
            findings.Skip(Name, "the configuration is not valid");
            return;
        }

        var isPlain = tokens.RequiredIssuer.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        findings.WarnIf(
            isPlain, "issuer scheme", isPlain ? $"{tokens.RequiredIssuer} is not encrypted" : "https",
            "Use https everywhere but on a developer's machine: whoever is in between could give verifiers keys of his own.");
        using var stranger = new Visitor();
        if (await ReadAsync(stranger, tokens.UrlOf("/.well-known/openid-configuration"), subject, findings, ct) is not { } discovery)
        {
            return;
        }

        CheckDiscovery(discovery, tokens, findings);
        if (await ReadAsync(stranger, tokens.UrlOf(OpenIdEndpoints.JwksPath), subject, findings, ct) is { } keys)
        {
            await PublishedKeys.CompareAsync(keys, subject, findings, ct);
        }
    }

    private void CheckDiscovery(JsonElement discovery, TokenOptions tokens, Findings findings)
    {
        var keysUrl = tokens.UrlOf(OpenIdEndpoints.JwksPath);
        foreach (var (member, expected) in new[] { ("issuer", tokens.RequiredIssuer), ("jwks_uri", keysUrl) })
        {
            var found = discovery.ValueKind == JsonValueKind.Object && discovery.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            if (found == expected)
            {
                findings.Ok($"{Name} {member}", expected);
            }
            else
            {
                findings.Fail(
                    $"{Name} {member}", $"{expected} is configured; {found ?? "nothing"} is published there",
                    "Another deployment answers at this URL, or replicas run with another FederatedIdentity:Issuer.");
            }
        }
    }

    /// <summary>Null, and a row that says why, when there is no such document. Nobody answers before the first installation.</summary>
    private async Task<JsonElement?> ReadAsync(Visitor stranger, string url, Subject subject, Findings findings, CancellationToken ct)
    {
        string fault;
        try
        {
            var answer = await stranger.GetAsync(new Uri(url), ct);
            if (answer.Status == StatusCodes.Status200OK)
            {
                return JsonDocument.Parse(answer.Body).RootElement;
            }

            fault = $"{url} answers with status {answer.Status}";
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException)
        {
            fault = $"{url} cannot be reached: {(failure.InnerException ?? failure).Message}";
        }
        catch (JsonException)
        {
            fault = $"{url} answers with something else than JSON";
        }

        if (subject.BeforeMigration)
        {
            findings.Skip(Name, $"{fault}, as before an installation");
        }
        else
        {
            findings.Fail(Name, fault, Reach);
        }

        return null;
    }
}

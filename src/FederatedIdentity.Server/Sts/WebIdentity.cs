using System.Text.Json;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// The bearer of a verified web identity token, as trust policies see it. <paramref name="Provider"/> is what STS answers as such.
/// </summary>
internal sealed record WebIdentity(string Subject, string Audience, string Provider, PolicyPrincipal Principal)
{
    public const string Action = "sts:AssumeRoleWithWebIdentity";

    private const string Cognito = LoginVerifier.CognitoKey;

    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Keys { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> TransitiveTagKeys { get; init; } = [];

    public string? SourceIdentity { get; init; }

    /// <summary>An identity of one of our pools.</summary>
    public static WebIdentity OfOurs(IdentityClaims claims) =>
        new(claims.Subject, claims.Audience, Cognito, PolicyPrincipal.Federated(Cognito))
        {
            Tags = claims.Tags,
            Keys = new Dictionary<string, IReadOnlyList<string>>
            {
                [$"{Cognito}:aud"] = [claims.Audience],
                [$"{Cognito}:sub"] = [claims.Subject],
                [$"{Cognito}:amr"] = claims.Amr,
                ["aws:FederatedProvider"] = [Cognito],
            },
        };

    /// <summary>A user of a registered OIDC provider, whose token is verified. Null when it asks for tags that no session may have.</summary>
    public static WebIdentity? OfProvider(OpenIdConnectProvider provider, LoginVerdict.Verified login, JsonElement claims)
    {
        var audience = Text(claims, "azp") ?? FirstAudience(claims);
        var keys = new Dictionary<string, IReadOnlyList<string>>
        {
            [$"{provider.LoginKey}:aud"] = [audience],
            [$"{provider.LoginKey}:oaud"] = [FirstAudience(claims)],
            [$"{provider.LoginKey}:sub"] = [login.Login.Subject],
            ["aws:FederatedProvider"] = [provider.Arn],
        };
        if (Texts(claims, "amr") is { Count: > 0 } methods)
        {
            keys[$"{provider.LoginKey}:amr"] = methods;
        }

        return SessionClaims.Read(claims) is { } session
            ? new WebIdentity(login.Login.Subject, audience, provider.Arn, PolicyPrincipal.Federated(provider.Arn))
            {
                Keys = keys,
                Tags = session.Tags,
                TransitiveTagKeys = session.TransitiveTagKeys,
                SourceIdentity = session.SourceIdentity,
            }
            : null;
    }

    private static string FirstAudience(JsonElement claims) => Texts(claims, "aud") is [var first, ..] ? first : Text(claims, "aud") ?? "";

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)]
            : [];
}

using System.Text.Json;

namespace FederatedIdentity.Domain.Logins;

/// <summary>The claims of a verified login: a JSON object, parsed only when somebody asks for a claim.</summary>
public sealed class LoginClaims(ReadOnlyMemory<byte> json)
{
    /// <summary>The claim that holds the NameID of a SAML assertion.</summary>
    public const string NameIdentifier = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";

    /// <summary>No claims at all.</summary>
    public static readonly LoginClaims None = new("{}"u8.ToArray());

    private Dictionary<string, JsonElement>? _byName;

    /// <summary>Bytes of JSON that are held in memory.</summary>
    public int Length => json.Length;

    /// <summary>The object as it arrived.</summary>
    public ReadOnlySpan<byte> Json => json.Span;

    /// <summary>The claim with exactly this name, or null.</summary>
    public JsonElement? this[string name] => (_byName ??= Parse(json.Span)).TryGetValue(name, out var claim) ? claim : null;

    private static Dictionary<string, JsonElement> Parse(ReadOnlySpan<byte> json)
    {
        var byName = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in JsonElement.Parse(json).EnumerateObject())
        {
            if (NameOf(property) is { } name)
            {
                byName[name] = property.Value;
            }
        }

        return byName;
    }

    // The parser lets half a surrogate pair ("\ud800") pass, and any look-up that comes across such a name throws. Nobody can ask
    // for that claim, so it must not hide the others.
    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

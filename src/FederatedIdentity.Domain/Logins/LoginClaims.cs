using System.Text.Json;

namespace FederatedIdentity.Domain.Logins;

/// <summary>The claims of a verified login: a JSON object, parsed only when somebody asks for a claim.</summary>
public sealed class LoginClaims(ReadOnlyMemory<byte> json)
{
    /// <summary>No claims at all.</summary>
    public static readonly LoginClaims None = new("{}"u8.ToArray());

    private JsonElement? _root;

    /// <summary>The claim with exactly this name, or null.</summary>
    public JsonElement? this[string name]
    {
        get
        {
            var root = _root ??= JsonElement.Parse(json.Span);
            return root.TryGetProperty(name, out var claim) ? claim : null;
        }
    }
}

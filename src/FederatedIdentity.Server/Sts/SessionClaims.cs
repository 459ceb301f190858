using System.Text.Json;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// What a web identity token asks for beyond who it is about: session tags, those of them that are passed on, and a source identity.
/// </summary>
/// <remarks>
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp. Tags come in one object
/// or as one claim a tag. Whatever is malformed makes the token useless: half of it would be another session.
/// </remarks>
internal sealed record SessionClaims(
    IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> TransitiveTagKeys, string? SourceIdentity)
{
    private const string Root = "https://aws.amazon.com/tags";
    private const string TagPrefix = $"{Root}/principal_tags/";
    private const string FlatTransitive = $"{Root}/transitive_tag_keys";
    private const string SourceClaim = "https://aws.amazon.com/source_identity";
    private const int MostTags = 50;

    /// <summary>Null when no session can have what the token asks for.</summary>
    public static SessionClaims? Read(JsonElement claims)
    {
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var transitive = new List<string>();
        var source = claims.TryGetProperty(SourceClaim, out var named) ? Text(named) : null;
        return TryReadNested(claims, tags, transitive)
            && claims.EnumerateObject().Where(claim => claim.Name.StartsWith(TagPrefix, StringComparison.Ordinal))
                .All(claim => TryAdd(tags, claim.Name[TagPrefix.Length..], claim.Value))
            && (!claims.TryGetProperty(FlatTransitive, out var flat) || TryReadKeys(flat, transitive))
            && tags.Count <= MostTags && transitive.TrueForAll(tags.ContainsKey)
            && (named.ValueKind == JsonValueKind.Undefined || (source is not null && StsShapes.SourceIdentityType.Accepts(source)))
                ? new SessionClaims(tags, transitive, source)
                : null;
    }

    private static bool TryReadNested(JsonElement claims, Dictionary<string, string> tags, List<string> transitive)
    {
        if (!claims.TryGetProperty(Root, out var all))
        {
            return true;
        }

        return all.ValueKind == JsonValueKind.Object
            && (!all.TryGetProperty("principal_tags", out var nested)
                || (nested.ValueKind == JsonValueKind.Object && nested.EnumerateObject().All(tag => TryAdd(tags, tag.Name, tag.Value))))
            && (!all.TryGetProperty("transitive_tag_keys", out var keys) || TryReadKeys(keys, transitive));
    }

    private static bool TryAdd(Dictionary<string, string> tags, string key, JsonElement value) =>
        Text(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value) is { } text
        && PrincipalTags.IsKey(key)
        && text.Length <= PrincipalTags.MaxValueLength && PrincipalTags.IsTagText(text)
        && tags.TryAdd(key, text);

    private static bool TryReadKeys(JsonElement value, List<string> keys)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var key in value.EnumerateArray())
        {
            if (Text(key) is not { } text)
            {
                return false;
            }

            keys.Add(text);
        }

        return true;
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

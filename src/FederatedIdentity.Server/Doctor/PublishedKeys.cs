using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Compares the key set that is published with the keys in the database.</summary>
internal static class PublishedKeys
{
    private const string Check = "issuer keys";
    private const string Advice = "Another deployment answers at the issuer's URL, or something in front keeps an old copy for too long.";

    public static async Task CompareAsync(JsonElement set, Subject subject, Findings findings, CancellationToken ct)
    {
        if (!await subject.HasTablesAsync(findings, Check))
        {
            return;
        }

        var stored = await subject.Services.GetRequiredService<NpgsqlSigningKeys>().ReadAsync(ct);
        var published = Read(set);
        string[] wrong =
        [
            .. published.Where(key => stored.Keys.FirstOrDefault(known => known.Kid == key.Key)?.PublicJwk is not { } jwk
                || !JsonNode.DeepEquals(JsonNode.Parse(jwk), key.Value)).Select(key => key.Key),
        ];
        string[] missing = [.. stored.Keys.Select(key => key.Kid).Except(published.Keys)];
        var signs = SigningKeyCycle.Current(stored.Lives)?.Kid;
        if (wrong is not [] || missing.Contains(signs))
        {
            findings.Fail(
                Check, wrong is not [] ? $"published, and not in the database: {string.Join(", ", wrong)}" : $"{signs} signs, and is not published",
                Advice);
        }
        else
        {
            findings.WarnIf(
                missing is not [], Check, missing is [] ? $"{published.Count}, as in the database" : $"not published yet: {string.Join(", ", missing)}", Advice);
        }
    }

    private static Dictionary<string, JsonNode?> Read(JsonElement set)
    {
        var keys = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        if (set.ValueKind == JsonValueKind.Object && set.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var key in list.EnumerateArray().Where(key => key.ValueKind == JsonValueKind.Object))
            {
                keys[key.TryGetProperty("kid", out var kid) ? $"{kid}" : "a key without kid"] = JsonNode.Parse(key.GetRawText());
            }
        }

        return keys;
    }
}

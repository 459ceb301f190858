using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>The public vectors of project Wycheproof, with every deviation named and explained.</summary>
public sealed class WycheproofTests
{
    // Data: https://github.com/C2SP/wycheproof, commit dac1dd47.
    [WycheproofFact]
    public void Json_web_signature_vectors_agree_but_for_the_known_deviations()
    {
        int[] refusedThoughValid =
        [
            346, 350, // The key says PS256, the header PS384.
            347, 351, // The key's algorithm is the misspelt ES521.
        ];
        int[] emptyPayloads = [259, 264, 268, 272, 320, 325];
        int[] sharedSecrets = [1, 348, 352, 357, 358, 359, 372, 373, 376, 377];

        // 372 and 373 hold a question mark and are refused for that alone. 367 and 370 are called invalid and are, byte for byte, 357,
        // which is called valid: a shared secret settles all three.
        Assert.Equal(
            refusedThoughValid.Concat(emptyPayloads).Concat(sharedSecrets).Order(),
            Disagreements("json_web_signature_test.json", 401, group => Forge.Set(JsonNode.Parse(group.GetRawText()))).Order());
    }

    [WycheproofFact]
    public void Json_web_key_vectors_agree_but_for_shared_secrets()
    {
        int[] sharedSecrets = [2, 13, 14, 15];

        Assert.Equal(sharedSecrets, Disagreements(
            "json_web_key_test.json", 26, group => JwkSet.TryParse(Encoding.UTF8.GetBytes(group.GetRawText()), out _)!).Order());
    }

    /// <summary>The numbers of the vectors whose verdict is not ours; exactly <paramref name="count"/> are judged.</summary>
    private static List<int> Disagreements(string file, int count, Func<JsonElement, JwkSet> readKeys)
    {
        var disagreements = new List<int>();
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(WycheproofFactAttribute.Folder!, file)));
        var judged = 0;
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            // A group without a public key is about a shared secret, which this product never uses.
            var set = readKeys(group.TryGetProperty("public", out var keys) ? keys : group.GetProperty("private"));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                judged++;
                var verified = Jws.TryParseAnyPayload(test.GetProperty("jws").GetString()!, out var jws) is null &&
                               set.Choose(jws!.Algorithm, jws.KeyId) is KeyChoice.Found found && found.Key.Verify(jws);
                if (verified != test.GetProperty("result").ValueEquals("valid"))
                {
                    disagreements.Add(test.GetProperty("tcId").GetInt32());
                }
            }
        }

        Assert.Equal(count, judged);
        return disagreements;
    }
}

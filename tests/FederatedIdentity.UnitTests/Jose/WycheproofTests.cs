using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>The public vectors of project Wycheproof, with every deviation named and explained.</summary>
public sealed class WycheproofTests
{
    [WycheproofFact]
    public void Json_web_signature_vectors_agree_but_for_the_known_deviations()
    {
        int[] refusedThoughValid =
        [
            346, 350, // the key says PS256, the header PS384
            347, 351, // the key's algorithm is the misspelt ES521
        ];

        Assert.Equal(
            refusedThoughValid.Order(),
            Disagreements("json_web_signature_test.json", group => Forge.Set(JsonNode.Parse(group.GetRawText()))).Order());
    }

    [WycheproofFact]
    public void Json_web_key_vectors_agree()
    {
        Assert.Empty(Disagreements(
            "json_web_key_test.json", group => JwkSet.TryParse(Encoding.UTF8.GetBytes(group.GetRawText()), out _)!));
    }

    private static List<int> Disagreements(string file, Func<JsonElement, JwkSet> readKeys)
    {
        var disagreements = new List<int>();
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(WycheproofFactAttribute.Folder!, file)));
        var seen = 0;
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            // A group without a public key is about a shared secret, which this product never uses: all of it must be refused.
            var isAsymmetric = group.TryGetProperty("public", out var keys);
            var set = readKeys(isAsymmetric ? keys : group.GetProperty("private"));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                seen++;
                var token = test.GetProperty("jws").GetString()!;
                var verified = Jws.TryParseAnyPayload(token, out var jws) is null &&
                               set.Choose(jws!.Algorithm, jws.KeyId) is KeyChoice.Found found && found.Key.Verify(jws);

                // An empty payload is valid for a JWS and no token for us.
                var isValid = isAsymmetric && test.GetProperty("result").ValueEquals("valid") && token.Split('.')[1].Length > 0;
                if (verified != isValid)
                {
                    disagreements.Add(test.GetProperty("tcId").GetInt32());
                }
            }
        }

        Assert.Equal(document.RootElement.GetProperty("numberOfTests").GetInt32(), seen);
        return disagreements;
    }
}

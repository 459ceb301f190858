using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Jose;

namespace FederatedIdentity.UnitTests.Jose;

/// <summary>Seeded mutations: nothing throws, and no altered token is ever genuine.</summary>
public sealed class JoseFuzzTests
{
    private const int Rounds = 20_000;
    private const string Interesting = ".AQ_-=+/ \0\u00ff\ud800{}\"\\";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mutated_token_never_throws_and_never_verifies(int seed)
    {
        var random = new Random(seed);
        var (token, set) = seed == 1 ? (Forge.EcToken(), Forge.P256Set) : (Forge.RsaToken(), Forge.RsaSet);
        Assert.True(Forge.Opens(token, set));

        for (var round = 0; round < Rounds; round++)
        {
            var mutant = Mutate(token, random);
            Assert.False(mutant != token && Forge.Opens(mutant, set), mutant);
        }
    }

    [Fact]
    public void Mutated_header_and_payload_text_never_throws_and_never_verifies()
    {
        var random = new Random(3);
        var parts = Forge.EcToken().Split('.');
        const string header = """{"alg":"ES256","kid":"key-1","typ":"JWT","x":{"y":["\ud83d\ude00",1]}}""";
        for (var round = 0; round < Rounds; round++)
        {
            var mutant = round % 2 == 0
                ? $"{Forge.Encode(Mutate(header, random))}.{parts[1]}.{parts[2]}"
                : $"{parts[0]}.{Forge.Encode(Flip(Encoding.UTF8.GetBytes(Forge.Payload), random))}.{parts[2]}";
            Assert.False(Forge.Opens(mutant, Forge.P256Set), mutant);
        }
    }

    [Fact]
    public void Signature_text_that_differs_by_one_character_never_stands_for_the_same_bytes()
    {
        foreach (var token in new[] { Forge.EcToken(), Forge.RsaToken() })
        {
            var signature = Forge.SignatureOf(token);
            for (var position = token.LastIndexOf('.') + 1; position < token.Length; position++)
            {
                for (var c = '\0'; c < 128; c++)
                {
                    var mutant = $"{token[..position]}{c}{token[(position + 1)..]}";
                    Assert.True(mutant == token || !Forge.SignatureOf(mutant).AsSpan().SequenceEqual(signature), mutant);
                }
            }
        }
    }

    [Fact]
    public void Mutated_key_set_never_throws_and_always_gives_a_set_or_a_reason()
    {
        var random = new Random(4);
        var small = new JsonObject { ["keys"] = new JsonArray(Forge.EcJwk(Forge.P256)) }.ToJsonString();
        var large = new JsonObject { ["keys"] = new JsonArray(Forge.EcJwk(Forge.P256), Forge.RsaJwk("key-2")) }.ToJsonString();
        var token = Forge.EcToken();
        Jws.TryParse(token, out var jws);
        for (var round = 0; round < Rounds; round++)
        {
            var json = round % 8 < 2 ? large : small;
            var mutant = round % 2 == 0 ? Encoding.UTF8.GetBytes(Mutate(json, random)) : Flip(Encoding.UTF8.GetBytes(json), random);
            var set = JwkSet.TryParse(mutant, out var fault);
            Assert.Equal(set is null, fault.Length > 0);

            // An altered point is off its curve or another key: what verifies still has the genuine one.
            if (set?.Choose("ES256", Forge.KeyId) is KeyChoice.Found found && found.Key.Verify(jws!))
            {
                var genuine = Forge.EcJwk(Forge.P256)["x"]!.GetValue<string>();
                Assert.Contains(genuine, Encoding.UTF8.GetString(mutant), StringComparison.Ordinal);
            }
        }
    }

    private static string Mutate(string text, Random random)
    {
        var at = random.Next(text.Length);
        var length = random.Next(1, Math.Min(8, text.Length - at) + 1);
        return random.Next(6) switch
        {
            0 => text[..at],
            1 => text.Remove(at, length),
            2 => text.Insert(at, text.Substring(random.Next(text.Length - 1), 1)),
            3 => text.Insert(at, Interesting.Substring(random.Next(Interesting.Length), 1)),
            4 => text.Insert(at, text.Substring(at, length)),
            _ => $"{text[..at]}{(char)(text[at] ^ (1 << random.Next(8)))}{text[(at + 1)..]}",
        };
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (var flips = random.Next(1, 4); flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
        }

        return bytes;
    }
}

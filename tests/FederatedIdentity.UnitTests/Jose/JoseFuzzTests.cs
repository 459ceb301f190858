namespace FederatedIdentity.UnitTests.Jose;

/// <summary>What no random alteration would find for certain.</summary>
public sealed class JoseFuzzTests
{
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
}

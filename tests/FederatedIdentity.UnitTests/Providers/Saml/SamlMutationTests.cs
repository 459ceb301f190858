using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.UnitTests.Providers.Saml;

/// <summary>Thousands of altered responses: none throws, and none that is accepted says anything else than the original.</summary>
public sealed class SamlMutationTests
{
    private const string Characters = "<>&\"'/=!?-#;: \n\tab0AZ_é\u200b";

    private static readonly string[] Pieces =
    [
        "<!-- -->", "<?x?>", "<![CDATA[x]]>", "<saml:NameID>mallory</saml:NameID>", "mallory", "xmlns=\"urn:x\"", "xmlns:saml=\"urn:x\"",
        "<a/>", "</saml:NameID>", "ID=\"_x\"", " Id=\"_assertion\"", "&#0;", "&lt;", "<ds:Object/>",
    ];

    private readonly SamlBench _bench = new();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void An_altered_response_never_says_anything_else(bool responseSigned, int seed)
    {
        var forge = _bench.Forge;
        var genuine = responseSigned ? forge.Sign(forge.Response(forge.Assertion()), SamlForge.ResponseId) : forge.Genuine();
        var original = _bench.Accepted(genuine);
        var random = new Random(seed);
        var accepted = 0;
        for (var round = 0; round < 6_000; round++)
        {
            if (_bench.Verify(SamlForge.Token(Alter(genuine, random))) is LoginVerdict.Verified verified)
            {
                accepted++;
                SaysTheSame(original, verified);
            }
        }

        Assert.InRange(accepted, 1, 3_000); // Blanks inside a tag and the like; a test that accepts nothing tests nothing.
    }

    [Fact]
    public void An_altered_token_never_says_anything_else()
    {
        var token = SamlForge.Token(_bench.Forge.Genuine());
        var original = (LoginVerdict.Verified)_bench.Verify(token);
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++)
        {
            var position = random.Next(token.Length);
            var altered = token.Remove(position, 1).Insert(position, $"{(char)random.Next(1, 128)}");
            if (_bench.Verify(altered) is LoginVerdict.Verified verified)
            {
                SaysTheSame(original, verified);
            }
        }
    }

    private static void SaysTheSame(LoginVerdict.Verified original, LoginVerdict.Verified verified)
    {
        Assert.Equal((original.Login, original.Amr), (verified.Login, verified.Amr));
        Assert.Equal(original.Session!.Roles, verified.Session!.Roles);
        Assert.Equal(original.Session.EndsAt, verified.Session.EndsAt);
        Assert.Equal(original.Claims["department"]!.Value.GetString(), verified.Claims["department"]!.Value.GetString());
    }

    private static string Alter(string xml, Random random)
    {
        var position = random.Next(xml.Length);
        var length = Math.Min(random.Next(1, 40), xml.Length - position);
        var character = Characters[random.Next(Characters.Length)].ToString();
        return random.Next(7) switch
        {
            0 => xml.Remove(position, 1).Insert(position, character),
            1 => xml.Insert(position, character),
            2 => xml.Remove(position, 1),
            3 => xml.Remove(position, length),
            4 => xml.Insert(random.Next(xml.Length), xml.Substring(position, length)),
            5 => xml.Insert(position, Pieces[random.Next(Pieces.Length)]),
            _ => SwapElements(xml, random),
        };
    }

    /// <summary>Takes everything from one tag to another and puts it somewhere else.</summary>
    private static string SwapElements(string xml, Random random)
    {
        int Tag() => xml.IndexOf('<', random.Next(xml.Length - 1)) is var found and >= 0 ? found : 0;
        var (from, to, target) = (Tag(), Tag(), Tag());
        (from, to) = (Math.Min(from, to), Math.Max(from, to));
        var part = xml[from..to];
        return random.Next(2) == 0
            ? xml.Insert(target, part)
            : xml.Remove(from, to - from).Insert(Math.Min(target, xml.Length - part.Length), part);
    }
}

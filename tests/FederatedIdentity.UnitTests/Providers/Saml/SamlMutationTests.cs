using FederatedIdentity.Benchmarks.Fuzz;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.Providers.Saml;

/// <summary>Thousands of altered responses: none throws, and none that is accepted says anything else than the original.</summary>
public sealed class SamlMutationTests
{
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
            if (_bench.Verify(SamlForge.Token(XmlMutations.Mutate(genuine, random))) is LoginVerdict.Verified verified)
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
}

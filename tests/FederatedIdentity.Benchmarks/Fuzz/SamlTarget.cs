using System.Text;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Options;
using FederatedIdentity.Providers.Saml;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// The verifier of SAML responses: signed assertions and signed responses, altered as XML and as tokens. An alteration that is let in
/// must be one that canonicalization takes away, so all that is read has to be what the genuine response says.
/// </summary>
internal sealed class SamlTarget : IFuzzTarget
{
    private const string Arn = "arn:aws:iam::000000000000:saml-provider/p";

    private static readonly DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SamlKey _key = SamlKey.Rsa();
    private readonly SamlTrust _trust;
    private readonly string[] _genuine;
    private readonly string _said;

    public SamlTarget()
    {
        var forge = new SamlForge(_key, _now);
        _trust = new SamlTrust(new SamlProvider(Arn, SamlKey.EntityId, [_key.Public], ValidUntil: null), new SamlOptions());
        _genuine = [forge.Genuine(), forge.Sign(forge.Response(forge.Assertion()), SamlForge.ResponseId)];
        _said = Said(Verify(SamlForge.Token(_genuine[0])));
        if (_said.Length == 0 || Said(Verify(SamlForge.Token(_genuine[1]))) != _said)
        {
            throw new InvalidOperationException("A genuine response is refused, so nothing that follows would mean anything.");
        }
    }

    public string Name => "saml";

    public int Weight => 8;

    public string Context => string.Join('\n', _genuine.Prepend(_key.PrivateKeyPem));

    public string Next(Random random)
    {
        var xml = TextMutations.Pick(_genuine, random);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            xml = XmlMutations.Mutate(xml, random);
        }

        // Half a surrogate pair is no text that could be sent.
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes(xml));
        return random.Next(8) == 0 ? TextMutations.Mutate(token, random) : token;
    }

    public FuzzVerdict Judge(string input)
    {
        var said = Said(Verify(input));
        return said.Length == 0 ? FuzzVerdict.Refused.Instance
            : said == _said ? FuzzVerdict.Same.Instance
            : new FuzzVerdict.Accepted(said);
    }

    private SamlResult Verify(string token) => SamlResponseVerifier.Verify(token, _trust, _now);

    /// <summary>All that a login takes from a response; empty when it is refused.</summary>
    private static string Said(SamlResult result) => result is SamlResult.Valid valid
        ? string.Join('|', valid.Subject, valid.NameId, valid.Claims["department"], string.Join(',', valid.Session.Roles), valid.Session.EndsAt)
        : "";
}

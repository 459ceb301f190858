using System.Text;
using System.Text.Json;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>Altered discovery documents: keys are only ever looked for where the genuine issuer's own document may send us.</summary>
internal sealed class DiscoveryTarget : IFuzzTarget
{
    private const string Issuer = "https://login.example.com/tenant";

    private const string Genuine =
        $$"""{"issuer":"{{Issuer}}","jwks_uri":"https://keys.example.com/jwks.json","id_token_signing_alg_values_supported":["RS256"]}""";

    private static readonly KeySource Source = KeySource.Discovery("fuzz", KeySource.WellKnown(Issuer), Issuer, ["pinned.example.net"]);

    public string Name => "discovery documents";

    public int Weight => 10;

    public string Context => Genuine;

    public string Next(Random random) => random.Next(3) == 0
        ? Encoding.Latin1.GetString(TextMutations.Flip(Encoding.UTF8.GetBytes(Genuine), random))
        : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(JsonMutations.Mutate(Genuine, random)));

    public FuzzVerdict Judge(string input)
    {
        var json = Encoding.Latin1.GetBytes(input);
        var (keysUrl, fault) = DiscoveryDocument.Read(Source, json);
        if (keysUrl is null == fault is null)
        {
            return new FuzzVerdict.Fault("Neither an address nor a reason, or both.");
        }

        if (keysUrl is null)
        {
            return FuzzVerdict.Refused.Instance;
        }

        var members = JsonElement.Parse(json).EnumerateObject().Where(member => member.Name is "issuer" or "jwks_uri")
            .ToDictionary(member => member.Name, member => member.Value.GetString());
        var host = new Uri(members["jwks_uri"]!).IdnHost;
        var isOurs = host is "example.com" or "pinned.example.net" || host.EndsWith(".example.com", StringComparison.Ordinal);
        return isOurs && members["issuer"] == Issuer
            ? FuzzVerdict.Same.Instance
            : new FuzzVerdict.Accepted($"Keys of {members["issuer"]} from {host}.");
    }
}

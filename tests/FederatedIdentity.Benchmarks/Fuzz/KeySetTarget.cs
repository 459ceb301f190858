using System.Text;
using System.Text.Json;
using FederatedIdentity.Jose;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// Altered key sets. Every one is a set or has a reason for not being one, and a set lets a genuine token in only if the genuine key's
/// numbers are still in it.
/// </summary>
internal sealed class KeySetTarget : IFuzzTarget
{
    private readonly (FuzzKey Key, string Json, Jws Token)[] _genuine;

    public KeySetTarget(FuzzIssuer issuer) => _genuine =
    [
        .. issuer.Keys.Where(key => key.Algorithm is "ES256" or "RS256" or "ES512")
            .Select(key => (key, FuzzKey.Set(key), Read(issuer.Token(key, "alice")))),
    ];

    public string Name => "key sets";

    public int Weight => 4;

    public string Context => string.Join('\n', _genuine.Select(one => one.Json));

    public string Next(Random random)
    {
        var json = TextMutations.Pick(_genuine, random).Json;
        return random.Next(3) == 0
            ? Encoding.Latin1.GetString(TextMutations.Flip(Encoding.UTF8.GetBytes(json), random))
            : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(JsonMutations.Mutate(json, random)));
    }

    public FuzzVerdict Judge(string input)
    {
        var json = Encoding.Latin1.GetBytes(input);
        var set = JwkSet.TryParse(json, out var fault);
        if (set is null == (fault.Length == 0))
        {
            return new FuzzVerdict.Fault("Neither a set nor a reason, or both.");
        }

        if (set is null || set.Keys.Count == 0)
        {
            return FuzzVerdict.Refused.Instance;
        }

        foreach (var (key, _, token) in _genuine)
        {
            var isVerified = set.Choose(token.Algorithm, token.KeyId) is KeyChoice.Found found && found.Key.Verify(token);
            if (isVerified && !Texts(json).Contains(key.Material))
            {
                return new FuzzVerdict.Accepted("A token is verified by a key that is not in the set.");
            }
        }

        return FuzzVerdict.Same.Instance;
    }

    private static Jws Read(string token) =>
        Jws.TryParse(token, out var jws) is null ? jws! : throw new InvalidOperationException("No token.");

    private static IEnumerable<string> Texts(byte[] json)
    {
        var reading = new Stack<JsonElement>([JsonElement.Parse(json)]);
        while (reading.TryPop(out var next))
        {
            var inner = next.ValueKind == JsonValueKind.Object ? next.EnumerateObject().Select(member => member.Value)
                : next.ValueKind == JsonValueKind.Array ? next.EnumerateArray()
                : [];
            foreach (var value in inner)
            {
                reading.Push(value);
            }

            if (next.ValueKind == JsonValueKind.String)
            {
                yield return next.GetString()!;
            }
        }
    }
}

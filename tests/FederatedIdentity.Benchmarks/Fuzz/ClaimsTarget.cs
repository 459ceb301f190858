using System.Text;
using System.Text.Json;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// Genuine signatures of altered headers and claims, as from an issuer that signs whatever its users enter. What is let in is read a
/// second time, in the plainest way there is, and has to keep every rule under that reading too.
/// </summary>
internal sealed class ClaimsTarget(FuzzIssuer issuer) : IFuzzTarget
{
    private const double Grace = 300;
    private const double LongestLife = 25 * 3600;

    private readonly FuzzKey _key = issuer.Keys.Single(key => key.Algorithm == "ES256");

    public string Name => "signed claims";

    public int Weight => 5;

    public string Context => FuzzKey.Set(issuer.Keys);

    public string Next(Random random)
    {
        var (header, payload) = (_key.Header(typed: random.Next(2) == 0), issuer.Claims(random.Next(2) == 0 ? "alice" : "carol"));
        return random.Next(4) == 0
            ? _key.Sign(JsonMutations.Mutate(header, random), payload)
            : _key.Sign(header, JsonMutations.Mutate(payload, random));
    }

    public FuzzVerdict Judge(string input)
    {
        var pending = issuer.VerifyAsync(input);
        if (!pending.IsCompleted || pending.GetAwaiter().GetResult() is not { } verdict || verdict is LoginVerdict.Unreachable)
        {
            return new FuzzVerdict.Fault("The token makes us call somebody.");
        }

        if (verdict is not LoginVerdict.Verified verified)
        {
            return FuzzVerdict.Refused.Instance;
        }

        var parts = input.Split('.');
        return BrokenRule(Read(parts[0]), Read(parts[1]), verified.Login.Subject) is { } rule
            ? new FuzzVerdict.Accepted($"This breaks a rule: {rule}.")
            : FuzzVerdict.Same.Instance;
    }

    private string? BrokenRule(ILookup<string, JsonElement> header, ILookup<string, JsonElement> claims, string subject) =>
        header.Any(member => member.Count() > 1) || claims.Any(member => member.Count() > 1) ? "a name occurs twice"
        : !Is(header["alg"], "ES256") ? "alg"
        : header.Contains("kid") && !Is(header["kid"], _key.Kid) ? "kid"
        : header.Contains("crit") || header.Contains("b64") || header.Contains("zip") ? "an extension"
        : header.Contains("typ") && !IsJwt(header["typ"].Single()) ? "typ"
        : !Is(claims["iss"], issuer.Url) ? "iss"
        : !Is(claims["sub"], subject) || subject.Length is 0 or > 255 || subject.Any(char.IsControl) ? "sub"
        : !claims["aud"].Any() || !Audiences(claims["aud"].Single()).All(audience => audience == FuzzIssuer.ClientId) ? "aud"
        : claims.Contains("azp") && !Is(claims["azp"], FuzzIssuer.ClientId) ? "azp"
        : Number(claims["exp"]) is not { } expires || expires <= issuer.Now - Grace ? "exp"
        : Number(claims["iat"]) is not { } issued || issued > issuer.Now + Grace || expires - issued > LongestLife ? "iat"
        : claims.Contains("nbf") && !(Number(claims["nbf"]) <= issuer.Now + Grace) ? "nbf"
        : claims.Contains("events") || (claims.Contains("token_use") && !Is(claims["token_use"], "id")) ? "another kind of token"
        : null;

    private static ILookup<string, JsonElement> Read(string part)
    {
        var root = JsonElement.Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(part)));
        return root.EnumerateObject().ToLookup(member => member.Name, member => member.Value);
    }

    private static bool Is(IEnumerable<JsonElement> member, string value) =>
        member.SingleOrDefault() is { ValueKind: JsonValueKind.String } text && text.GetString() == value;

    private static bool IsJwt(JsonElement type) => type.ValueKind == JsonValueKind.String
        && type.GetString()!.ToUpperInvariant() is "JWT" or "APPLICATION/JWT";

    private static string?[] Audiences(JsonElement audience) => audience.ValueKind switch
    {
        JsonValueKind.String => [audience.GetString()],
        JsonValueKind.Array when audience.GetArrayLength() > 0 => [.. audience.EnumerateArray().Select(one => one.ToString())],
        _ => [null],
    };

    private static double? Number(IEnumerable<JsonElement> member) =>
        member.SingleOrDefault() is { ValueKind: JsonValueKind.Number } number && double.IsFinite(number.GetDouble())
            ? number.GetDouble()
            : null;
}

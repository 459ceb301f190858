using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// Altered ID tokens with signatures that were genuine for something else. Right is only: refused, or let in because the signed text,
/// header and payload as they arrived, is to the byte that of a genuine token, for the user of that token. (Another signature of the
/// same text is no forgery: with ECDSA, whoever has one can compute a second.)
/// </summary>
internal sealed class LoginTarget : IFuzzTarget
{
    private static readonly string[] Users = ["alice", "bob", "carol"];

    private readonly FuzzIssuer _issuer;
    private readonly string[] _tokens;
    private readonly Dictionary<string, string> _subjectOf;

    public LoginTarget(FuzzIssuer issuer)
    {
        // One token is enough of the two algorithms that take as long as all others together.
        var genuine = issuer.Keys
            .SelectMany(key => Users.Take(key.Algorithm is "ES384" or "ES512" ? 1 : Users.Length).Select(user => (key, user)))
            .Select(one => (User: one.user, Token: issuer.Token(one.key, one.user, typed: one.user == "bob")))
            .ToList();
        _issuer = issuer;
        _tokens = [.. genuine.Select(one => one.Token)];
        _subjectOf = genuine.ToDictionary(one => SignedText(one.Token), one => one.User);
    }

    public string Name => "ID tokens";

    public int Weight => 75;

    public string Context => FuzzKey.Set(_issuer.Keys) + "\n" + string.Join('\n', _tokens);

    public string Next(Random random)
    {
        var token = TokenMutations.Mutate(_tokens, random);

        // Often one alteration hides another: what the first breaks is never looked at.
        return random.Next(8) == 0 ? TextMutations.Mutate(token, random) : token;
    }

    public FuzzVerdict Judge(string input)
    {
        var pending = _issuer.VerifyAsync(input);
        if (!pending.IsCompleted)
        {
            return new FuzzVerdict.Fault("The token makes us call somebody.");
        }

        return pending.GetAwaiter().GetResult() switch
        {
            LoginVerdict.Rejected => FuzzVerdict.Refused.Instance,
            LoginVerdict.Unreachable unreachable => new FuzzVerdict.Fault($"The token makes us call somebody: {unreachable.Detail}"),
            LoginVerdict.Verified verified =>
                _subjectOf.TryGetValue(SignedText(input), out var subject) && subject == verified.Login.Subject
                    ? FuzzVerdict.Same.Instance
                    : new FuzzVerdict.Accepted("Nobody signed this."),
            var other => new FuzzVerdict.Fault($"No verdict: {other}"),
        };
    }

    private static string SignedText(string token) => token[..Math.Max(0, token.LastIndexOf('.'))];
}

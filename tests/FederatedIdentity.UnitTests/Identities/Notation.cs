using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>Identities, logins and decisions as short texts, so that a rule fits in one row of a table.</summary>
/// <remarks>
/// Identities are A to E, created in that order: "A" is a guest, "A!" disabled, "A=g:1 dev:2" has two logins. A login is written
/// "provider:subject"; the provider "dev" is the developer's own. A decision is "create", "keep A", "refuse X", or
/// "link A + new logins - absorbed".
/// </remarks>
internal static class Notation
{
    public static string Developers(int first, int count) => string.Join(' ', Enumerable.Range(first, count).Select(i => $"dev:{i}"));

    public static Identity[] ParseAll(string text) => [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    public static Identity Parse(string text)
    {
        var logins = text.Contains('=', StringComparison.Ordinal) ? ParseLogins(text[2..]) : [];
        var state = text.EndsWith('!') ? IdentityState.Disabled
            : logins.Length == 0 ? IdentityState.Unauthenticated : IdentityState.Authenticated;
        return new Identity(new IdentityId(text[..1]), new PoolId("pool"), state, RecordingClock.Start.AddDays(text[0] - 'A'), 1, logins);
    }

    public static Login[] ParseLogins(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseLogin)];

    public static Login ParseLogin(string text)
    {
        var (provider, subject) = (text.Split(':')[0], text.Split(':')[1]);
        return new Login(provider == "dev" ? LoginKind.Developer : LoginKind.Public, provider, subject);
    }

    public static string Describe(LinkDecision decision) => decision switch
    {
        LinkDecision.Create => "create",
        LinkDecision.Keep keep => $"keep {keep.Identity}",
        LinkDecision.Refuse refuse => $"refuse {refuse.Refusal}",
        LinkDecision.Link link => $"link {link.Survivor.Id}"
            + Listed(" +", link.NewLogins.Select(login => $"{login.Provider}:{login.Subject}"))
            + Listed(" -", link.Absorbed.Select(identity => identity.Id.Value)),
        _ => throw new InvalidOperationException($"{decision}"),
    };

    private static string Listed(string sign, IEnumerable<string> names) =>
        string.Concat(names.Select((name, i) => i == 0 ? $"{sign} {name}" : $" {name}"));
}

using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>Short ways to write policies and requests in tests.</summary>
internal static class Ask
{
    public const string Account = "111122223333";
    public const string User = $"arn:aws:iam::{Account}:user/alice";
    public const string Role = $"arn:aws:iam::{Account}:role/app/reader";
    public const string Session = $"arn:aws:sts::{Account}:assumed-role/reader/web";
    public const string Pool = "us-east-1:11111111-2222-4333-8444-555555555555";
    public const string Cognito = "cognito-identity.amazonaws.com";

    /// <summary>The document; apostrophes stand for quotation marks. Fails when it is refused.</summary>
    public static PolicyDocument Policy(string json, PolicyKind kind = PolicyKind.Identity) =>
        PolicyDocument.TryParse(json.Replace('\'', '"'), kind, out var document, out var fault)
            ? document
            : throw new InvalidOperationException($"{fault}: {json}");

    /// <summary>The fault; apostrophes stand for quotation marks. Fails when there is none.</summary>
    public static PolicyFault Fault(string json, PolicyKind kind = PolicyKind.Identity) =>
        PolicyDocument.TryParse(json.Replace('\'', '"'), kind, out _, out var fault)
            ? throw new InvalidOperationException($"No fault: {json}")
            : fault;

    /// <summary>A request with context as <c>key=value|value; key=value</c>; a key without an equals sign has no values.</summary>
    public static PolicyRequest For(string action, string resource = "*", string context = "", PolicyPrincipal? principal = null) =>
        new(action, resource.Split(' '), principal ?? PolicyPrincipal.User(User, Account), Context(context));

    /// <summary>Allow, ExplicitDeny or ImplicitDeny, and the Sid behind a colon.</summary>
    public static string Name(PolicyDecision decision) => decision switch
    {
        PolicyDecision.Allow { Sid: { } sid } => $"Allow:{sid}",
        PolicyDecision.ExplicitDeny { Sid: { } sid } => $"ExplicitDeny:{sid}",
        _ => decision.GetType().Name,
    };

    private static IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> Context(string context) =>
        from entry in context.Split("; ", StringSplitOptions.RemoveEmptyEntries)
        let sign = entry.IndexOf('=', StringComparison.Ordinal)
        select sign < 0
            ? KeyValuePair.Create<string, IReadOnlyList<string>>(entry, [])
            : KeyValuePair.Create<string, IReadOnlyList<string>>(entry[..sign], entry[(sign + 1)..].Split('|'));
}

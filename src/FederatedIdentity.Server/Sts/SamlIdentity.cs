using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Server.Sts;

/// <summary>The subject of a verified SAML assertion, as trust policies and answers of STS see it.</summary>
internal sealed record SamlIdentity(
    AssertedSession Session, string SubjectType, string NameQualifier, IReadOnlyDictionary<string, IReadOnlyList<string>> Keys)
{
    private const string ShortenedPrefix = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

    public AssertedSubject Subject => Session.Subject;

    public required PolicyPrincipal Principal { get; init; }

    /// <summary>Null when the assertion was not verified by a SAML provider.</summary>
    public static SamlIdentity? Of(SamlProvider provider, string accountId, LoginVerdict.Verified login)
    {
        if (login.Session is not { } session)
        {
            return null;
        }

        var subject = session.Subject;
        var name = provider.Arn[(provider.Arn.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var type = subject.Format.StartsWith(ShortenedPrefix, StringComparison.Ordinal)
            ? subject.Format[ShortenedPrefix.Length..]
            : subject.Format;
        var qualifier = Qualifier(subject.Issuer, accountId, name);
        var keys = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
        {
            ["saml:aud"] = [subject.Recipient],
            ["saml:iss"] = [subject.Issuer],
            ["saml:sub"] = [subject.NameId],
            ["saml:sub_type"] = [type],
            ["saml:namequalifier"] = [qualifier],
            ["saml:doc"] = [$"{accountId}/{name}"],
            ["aws:FederatedProvider"] = [provider.Arn],
        };
        SamlKeys.AddTo(keys, login.Claims);
        return new SamlIdentity(session, type, qualifier, keys) { Principal = PolicyPrincipal.Federated(provider.Arn) };
    }

    /// <summary>When the provider wants the session to end: after its own, or after as long as it says.</summary>
    public DateTimeOffset? EndsAt(DateTimeOffset now) =>
        new[] { Session.EndsAt, now + Session.Duration }.Min();

    /// <summary>
    /// The namespace of a persistent or transient name, as AWS defines it: nothing is protected by it, so its SHA-1 need not be strong.
    /// </summary>
    private static string Qualifier(string issuer, string accountId, string providerName) =>
#pragma warning disable CA5350 // AWS's definition of the value; see the summary.
        Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes($"{issuer}{accountId}/{providerName}")));
#pragma warning restore CA5350
}

using System.Globalization;
using System.Text.RegularExpressions;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.Providers.Saml;

/// <summary>
/// Reads AWS's own attributes of an assertion. What would restrict or attribute the session (duration, tags, source identity) refuses
/// the assertion when it is malformed, as half of it would be another session; roles that are not for this provider are passed over.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html</remarks>
internal static partial class AssertedSessions
{
    private const string Prefix = "https://aws.amazon.com/SAML/Attributes/";
    private const string TagPrefix = Prefix + "PrincipalTag:";
    private const int MaxTags = 50;
    private const int ShortestDuration = 900;
    private const int LongestDuration = 43_200;

    /// <summary>Null when the attributes describe no session that STS would grant.</summary>
    public static AssertedSession? Read(SamlAssertion assertion, SamlProvider provider)
    {
        var attributes = assertion.Attributes;
        var transitive = attributes[Prefix + "TransitiveTagKeys"];
        return TryReadDuration(attributes[Prefix + "SessionDuration"], out var duration)
            && TryReadSourceIdentity(attributes[Prefix + "SourceIdentity"], out var sourceIdentity)
            && ReadTags(attributes) is { } tags
            && transitive.Count <= MaxTags && transitive.All(PrincipalTags.IsKey)
                ? new AssertedSession(
                    [.. attributes[Prefix + "Role"].Select(value => RoleOf(value, provider)).OfType<string>().Distinct()],
                    NameOf(attributes[Prefix + "RoleSessionName"]),
                    duration, assertion.SessionEndsAt, tags, transitive, sourceIdentity)
                {
                    Subject = new(assertion.NameId.Value, assertion.NameId.FullFormat, assertion.Issuer, assertion.Recipient),
                }
                : null;
    }

    /// <summary>The role of a pair that names this provider, in either order, and a role of its account.</summary>
    private static string? RoleOf(string value, SamlProvider provider)
    {
        var role = value.Split(',') switch
        {
            [var first, var second] when second == provider.Arn => first,
            [var first, var second] when first == provider.Arn => second,
            _ => null,
        };
        return role?.StartsWith(provider.RolePrefix, StringComparison.Ordinal) == true
            && PathAndName().IsMatch(role.AsSpan(provider.RolePrefix.Length)) ? role : null;
    }

    // Credentials of identity pools have a session name of their own, so a name that is none changes nothing.
    private static string? NameOf(IReadOnlyList<string> values) => values is [var name] && SessionName().IsMatch(name) ? name : null;

    private static bool TryReadDuration(IReadOnlyList<string> values, out TimeSpan? duration)
    {
        duration = null;
        if (values is [var text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= ShortestDuration and <= LongestDuration)
        {
            duration = TimeSpan.FromSeconds(seconds);
        }

        return duration is not null || values.Count == 0;
    }

    private static bool TryReadSourceIdentity(IReadOnlyList<string> values, out string? sourceIdentity)
    {
        sourceIdentity = values is [var only] && SessionName().IsMatch(only) ? only : null;
        return sourceIdentity is not null || values.Count == 0;
    }

    private static Dictionary<string, string>? ReadTags(SamlAttributes attributes)
    {
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase); // As STS compares tag keys.
        foreach (var name in attributes.Names.Where(name => name.StartsWith(TagPrefix, StringComparison.Ordinal)))
        {
            var key = name[TagPrefix.Length..];
            if (!PrincipalTags.IsKey(key) || attributes[name] is not [{ Length: <= PrincipalTags.MaxValueLength } value]
                || !PrincipalTags.IsTagText(value) || !tags.TryAdd(key, value) || tags.Count > MaxTags)
            {
                return null;
            }
        }

        return tags;
    }

    /// <summary>IAM: a path, then a name of 1 to 64 characters.</summary>
    [GeneratedRegex(@"\A(?:[\x21-\x7e]{0,511}/)?[A-Za-z0-9_+=.@-]{1,64}\z")]
    private static partial Regex PathAndName();

    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex SessionName();
}

using System.Text.RegularExpressions;

namespace FederatedIdentity.Providers.Options;

/// <summary>How a provider that speaks Twitter's OAuth 1.0a is asked who a token belongs to.</summary>
public sealed partial class TwitterOptions
{
    /// <summary>Absent or empty: nobody is asked, and nobody gets in.</summary>
    public string? Endpoint { get; set; }

    /// <summary>What is asked below the endpoint, with its query.</summary>
    public string VerifyPath { get; set; } = "/1.1/account/verify_credentials.json?include_entities=false&skip_status=true";

    /// <summary>Where the answer has the user's id, as a string: names of members, separated by dots.</summary>
    public string SubjectPath { get; set; } = "id_str";

    /// <summary>Null when nobody is to be asked.</summary>
    internal Uri? VerifyUrl => string.IsNullOrEmpty(Endpoint) ? null : new Uri(Endpoint.TrimEnd('/') + VerifyPath);

    internal string[] SubjectNames => SubjectPath.Split('.');

    internal IEnumerable<string> Faults(string provider)
    {
        var section = $"{ProvidersOptions.Section}:{provider}";
        if (!string.IsNullOrEmpty(Endpoint))
        {
            foreach (var fault in ProvidersOptionsValidator.FaultsOfUrl($"{provider}:Endpoint", Endpoint))
            {
                yield return fault;
            }

            if (Endpoint.AsSpan().ContainsAny('?', '#', '@'))
            {
                yield return $"{section}:Endpoint has a query, a fragment or a user name.";
            }
        }

        if (!PathAndQuery().IsMatch(VerifyPath))
        {
            yield return $"{section}:VerifyPath is not a path that begins with a slash.";
        }

        if (!MemberNames().IsMatch(SubjectPath))
        {
            yield return $"{section}:SubjectPath is not names of members, separated by dots.";
        }
    }

    [GeneratedRegex(@"\A/[!-~-[#]]*\z")]
    private static partial Regex PathAndQuery();

    [GeneratedRegex(@"\A[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*\z")]
    private static partial Regex MemberNames();
}

using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads the principals of a trust policy's statement. Whether what they name exists is not asked here.</summary>
internal static class PrincipalReader
{
    private const string Everyone = "*";

    public static Principals? Read(JsonElement value, bool areExcepted, string position, PolicyReading reading)
    {
        if (value.ValueKind == JsonValueKind.String && value.ValueEquals(Everyone) && !areExcepted)
        {
            return new Principals([(PrincipalType.Aws, Everyone)], areExcepted);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return reading.Refuse<Principals>("Principal must be a JSON object.", position);
        }

        var named = new List<(PrincipalType, string)>();
        foreach (var member in value.EnumerateObject())
        {
            if (reading.Strings(member.Value, $"{position}.{member.Name}") is not { } names)
            {
                return null;
            }

            foreach (var name in names)
            {
                if (areExcepted && name == Everyone || Principal(member.Name, name, areExcepted) is not { } principal)
                {
                    return reading.Refuse<Principals>($"Invalid principal in policy: \"{member.Name}\":\"{name}\"", position);
                }

                named.Add(principal);
            }
        }

        return named.Count > 0
            ? new Principals(named, areExcepted)
            : reading.Refuse<Principals>("Missing required field Principal cannot be empty!", position);
    }

    private static (PrincipalType Type, string Name)? Principal(string type, string name, bool areExcepted) => type switch
    {
        "AWS" when name == Everyone => (PrincipalType.Aws, name),
        "AWS" => Aws(name, areExcepted),
        "Federated" when IsHost(name) || IsProvider(name) => (PrincipalType.Federated, name),
        "Service" when IsHost(name) => (PrincipalType.Service, name),
        _ => null,
    };

    // An excepted account is its root user alone; see Principals.
    private static (PrincipalType, string)? Aws(string name, bool areExcepted)
    {
        if (IsAccount(name))
        {
            return (PrincipalType.Account, name);
        }

        if (!TryReadArn(name, out var service, out var account, out var resource))
        {
            return null;
        }

        return (service, resource) switch
        {
            ("iam", "root") => areExcepted ? (PrincipalType.Aws, name) : (PrincipalType.Account, account),
            ("iam", _) when IsUnder(resource, "user/") || IsUnder(resource, "role/") => (PrincipalType.Aws, name),
            ("sts", _) when IsUnder(resource, "assumed-role/") || IsUnder(resource, "federated-user/") => (PrincipalType.Aws, name),
            _ => null,
        };
    }

    private static bool IsProvider(string name) =>
        TryReadArn(name, out var service, out _, out var resource)
        && service == "iam"
        && (IsUnder(resource, "oidc-provider/") || IsUnder(resource, "saml-provider/"));

    // No part of a principal may be a wildcard.
    private static bool TryReadArn(string name, out string service, out string account, out string resource)
    {
        var fields = name.Split(':', ArnText.Parts);
        (service, account, resource) = fields is ["arn", { Length: > 0 }, var vendor, "", var digits, var rest]
            ? (vendor, digits, rest)
            : ("", "", "");
        return IsAccount(account) && !name.AsSpan().ContainsAny('*', '?');
    }

    private static bool IsUnder(string resource, string folder) =>
        resource.Length > folder.Length && resource.StartsWith(folder, StringComparison.Ordinal) && !resource.EndsWith('/');

    private static bool IsAccount(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    private static bool IsHost(string text) =>
        text.Contains('.', StringComparison.Ordinal)
        && text.All(unit => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '-')
        && char.IsAsciiLetterOrDigit(text[0]);
}

using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads the actions of a statement: a vendor, a colon and a name, or a star for all.</summary>
internal static class ActionReader
{
    private const string Sts = "sts:";

    // What can be asked of a role, which is all that a trust policy is about.
    private static readonly string[] _roleActions =
    [
        "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity",
        "sts:SetContext",
    ];

    public static Actions? Read(JsonElement value, bool areExcepted, string position, PolicyReading reading)
    {
        if (value is { ValueKind: JsonValueKind.Array } && value.GetArrayLength() == 0)
        {
            return reading.Refuse<Actions>("Policy statement must contain actions.", position);
        }

        if (reading.Strings(value, position) is not { } actions)
        {
            return null;
        }

        foreach (var action in actions)
        {
            if ((Objection(action) ?? TrustObjection(action, reading)) is { } objection)
            {
                return reading.Refuse<Actions>(objection, position);
            }
        }

        return new Actions(actions, areExcepted);
    }

    private static string? Objection(string action)
    {
        if (action == "*")
        {
            return null;
        }

        var parts = action.Split(':');
        return parts switch
        {
            [_] => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            [_, _, _, ..] => "Actions/Condition can contain only one colon.",
            [not "*", _] when !IsVendor(parts[0]) => $"Vendor {parts[0]} is not valid",
            [_, var name] when name.Length == 0 || !name.All(IsInName) => $"Action {action} is not valid",
            _ => null,
        };
    }

    private static string? TrustObjection(string action, PolicyReading reading) =>
        reading.Kind != PolicyKind.Trust || IsOfRole(action) ? null : "AssumeRole policy may only specify STS AssumeRole actions.";

    private static bool IsOfRole(string action)
    {
        var pattern = Glob.Of(action, StringComparison.OrdinalIgnoreCase);
        return action.StartsWith(Sts, StringComparison.OrdinalIgnoreCase)
            && Array.Exists(_roleActions, known => pattern.Matches(known));
    }

    private static bool IsVendor(string text) =>
        text.Length > 0 && text.All(unit => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '.');

    private static bool IsInName(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '*' or '?' or '-' or '_' or '.';
}

using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads one statement, and holds it to what its kind of policy must and must not have.</summary>
internal static class StatementReader
{
    private static readonly HashSet<string> _elements = new(StringComparer.Ordinal)
    {
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
    };

    public static Statement? Read(JsonElement element, string position, PolicyReading reading)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return reading.Refuse<Statement>(PolicyReading.Syntax, position);
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!_elements.Contains(member.Name))
            {
                return reading.Refuse<Statement>($"Unknown field {member.Name}", position);
            }
        }

        var sid = ReadSid(element, position, reading);
        if (reading.Fault is not null
            || ReadEffect(element, sid, position, reading) is not { } outcome
            || !ReadPrincipals(element, outcome is PolicyDecision.Allow, position, reading, out var principals)
            || ReadActions(element, position, reading) is not { } actions
            || !ReadResources(element, position, reading, out var resources)
            || ConditionReader.Read(element, $"{position}.Condition", reading) is not { } conditions)
        {
            return null;
        }

        return new Statement
        {
            Sid = sid,
            Outcome = outcome,
            Principals = principals,
            Actions = actions,
            Resources = resources,
            Conditions = conditions,
        };
    }

    private static string? ReadSid(JsonElement element, string position, PolicyReading reading)
    {
        if (!element.TryGetProperty("Sid", out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return reading.Refuse<string>(PolicyReading.Syntax, $"{position}.Sid");
        }

        var sid = value.GetString()!;
        return !sid.All(char.IsAsciiLetterOrDigit)
            ? reading.Refuse<string>(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
                $"{position}.Sid")
            : sid.Length == 0 ? null : sid;
    }

    private static PolicyDecision? ReadEffect(JsonElement element, string? sid, string position, PolicyReading reading)
    {
        if (!element.TryGetProperty("Effect", out var value))
        {
            return reading.Refuse<PolicyDecision>("Missing required field Effect", position);
        }

        return (value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()) switch
        {
            "Allow" => new PolicyDecision.Allow(sid),
            "Deny" => new PolicyDecision.ExplicitDeny(sid),
            var other => reading.Refuse<PolicyDecision>($"Invalid effect: {other}", $"{position}.Effect"),
        };
    }

    private static bool ReadPrincipals(
        JsonElement element, bool isAllow, string position, PolicyReading reading, out Principals? principals)
    {
        principals = null;
        if (Either(element, "Principal", position, reading) is not { } found)
        {
            return reading.Fault is null
                && (reading.Kind != PolicyKind.Trust || Refuse("Missing required field Principal", position, reading));
        }

        if (reading.Kind != PolicyKind.Trust)
        {
            return Refuse("Policy document should not specify a principal.", found.Position, reading);
        }

        // The guide: NotPrincipal is for statements that deny.
        if (found.AreExcepted && isAllow)
        {
            return Refuse("Allow with NotPrincipal is not allowed.", found.Position, reading);
        }

        principals = PrincipalReader.Read(found.Value, found.AreExcepted, found.Position, reading);
        return principals is not null;
    }

    private static Actions? ReadActions(JsonElement element, string position, PolicyReading reading)
    {
        if (Either(element, "Action", position, reading) is not { } found)
        {
            return reading.Refuse<Actions>(
                reading.Kind == PolicyKind.Trust ? "Missing required field Action" : "Policy statement must contain actions.", position);
        }

        return ActionReader.Read(found.Value, found.AreExcepted, found.Position, reading);
    }

    private static bool ReadResources(JsonElement element, string position, PolicyReading reading, out Resources? resources)
    {
        resources = null;
        if (Either(element, "Resource", position, reading) is not { } found)
        {
            return reading.Fault is null
                && (reading.Kind == PolicyKind.Trust || Refuse("Policy statement must contain resources.", position, reading));
        }

        if (reading.Kind == PolicyKind.Trust)
        {
            return Refuse(
                found.AreExcepted ? "AssumeRole policy must not contain resources." : "Has prohibited field Resource",
                found.Position,
                reading);
        }

        resources = ResourceReader.Read(found.Value, found.AreExcepted, found.Position, reading);
        return resources is not null;
    }

    // An element or its opposite, never both.
    private static (JsonElement Value, bool AreExcepted, string Position)? Either(
        JsonElement statement, string name, string position, PolicyReading reading)
    {
        var isNamed = statement.TryGetProperty(name, out var named);
        var isExcepted = statement.TryGetProperty($"Not{name}", out var excepted);
        return (isNamed, isExcepted) switch
        {
            (true, true) => Contradiction(position, reading),
            (true, false) => (named, false, $"{position}.{name}"),
            (false, true) => (excepted, true, $"{position}.Not{name}"),
            _ => null,
        };
    }

    private static (JsonElement, bool, string)? Contradiction(string position, PolicyReading reading)
    {
        reading.Refuse<object>(PolicyReading.Syntax, position);
        return null;
    }

    private static bool Refuse(string message, string position, PolicyReading reading) =>
        reading.Refuse<object>(message, position) is not null;
}

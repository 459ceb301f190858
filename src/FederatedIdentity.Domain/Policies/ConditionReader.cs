using System.Text.Json;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads the condition of a statement: operators, under each of them keys, and under each key its values.</summary>
internal static class ConditionReader
{
    public static List<Condition>? Read(JsonElement statement, string position, PolicyReading reading)
    {
        var conditions = new List<Condition>();
        if (!statement.TryGetProperty("Condition", out var operators))
        {
            return conditions;
        }

        if (operators.ValueKind != JsonValueKind.Object)
        {
            return reading.Refuse<List<Condition>>(PolicyReading.Syntax, position);
        }

        foreach (var member in operators.EnumerateObject())
        {
            if (ConditionOperator.Parse(member.Name) is not { } operation)
            {
                return reading.Refuse<List<Condition>>($"Invalid Condition type : {member.Name}", position);
            }

            if (!ReadKeys(member.Value, operation, $"{position}.{member.Name}", reading, conditions))
            {
                return null;
            }
        }

        return conditions;
    }

    private static bool ReadKeys(
        JsonElement keys, ConditionOperator operation, string position, PolicyReading reading, List<Condition> conditions)
    {
        if (keys.ValueKind != JsonValueKind.Object || !keys.EnumerateObject().Any())
        {
            return reading.Refuse<object>(PolicyReading.Syntax, position) is not null;
        }

        foreach (var key in keys.EnumerateObject())
        {
            if (ReadKey(key, operation, $"{position}.{key.Name}", reading) is not { } condition)
            {
                return false;
            }

            conditions.Add(condition);
        }

        return true;
    }

    private static Condition? ReadKey(JsonProperty key, ConditionOperator operation, string position, PolicyReading reading)
    {
        if (!ConditionKey.IsValid(key.Name))
        {
            return reading.Refuse<Condition>("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.", position);
        }

        if (reading.Scalars(key.Value, position) is not { } values)
        {
            return null;
        }

        var comparands = new List<Comparand>(values.Length);
        foreach (var value in values)
        {
            if (ComparandReader.Read(value, operation, reading.HasVariables, out var objection) is not { } comparand)
            {
                return reading.Refuse<Condition>(objection, position);
            }

            comparands.Add(comparand);
        }

        return new Condition(operation, key.Name, comparands);
    }
}

using System.Diagnostics;

namespace FederatedIdentity.Domain.Policies;

/// <summary>Reads one value of a condition as what its operator compares.</summary>
internal static class ComparandReader
{
    /// <summary>Null and an objection for a value that no value of a request could be compared with.</summary>
    public static Comparand? Read(string value, ConditionOperator operation, bool variables, out string objection)
    {
        objection = $"The value \"{value}\" is not valid for a {operation.Family} condition.";
        return operation.Family switch
        {
            ConditionFamily.String or ConditionFamily.Arn => Text(value, operation, variables, ref objection),
            ConditionFamily.Numeric => Ordered(ConditionValues.Number(value), ConditionValues.Number, operation),
            ConditionFamily.Date => Ordered(ConditionValues.Instant(value), ConditionValues.Instant, operation),
            ConditionFamily.Bool or ConditionFamily.Null => ConditionValues.Truth(value) is { } truth ? new Comparand.Truth(truth) : null,
            ConditionFamily.Binary => ConditionValues.Bytes(value) is { } bytes ? new Comparand.Bytes(bytes) : null,
            ConditionFamily.IpAddress => AddressRange.Parse(value) is { } range ? new Comparand.Network(range) : null,
            _ => throw new UnreachableException(),
        };
    }

    private static Comparand? Text(string value, ConditionOperator operation, bool variables, ref string objection)
    {
        if (PolicyTextReader.Read(value, variables, out var badVariable) is not { } parts)
        {
            objection = badVariable;
            return null;
        }

        if (operation.Family == ConditionFamily.Arn)
        {
            return ArnText.Of(value, parts) is { } arn ? new Comparand.Arn(arn) : null;
        }

        var ignoresCase = operation.Comparison.EndsWith("IgnoreCase", StringComparison.Ordinal);
        var comparison = ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var wildcards = operation.Comparison.EndsWith("Like", StringComparison.Ordinal);
        return new Comparand.Text(new PolicyText(parts, comparison, wildcards));
    }

    private static Comparand.Ordered? Ordered(decimal? bound, Func<string, decimal?> read, ConditionOperator operation)
    {
        Func<int, bool> holds = operation.Comparison switch
        {
            "Equals" or "NotEquals" => order => order == 0,
            "LessThan" => order => order < 0,
            "LessThanEquals" => order => order <= 0,
            "GreaterThan" => order => order > 0,
            "GreaterThanEquals" => order => order >= 0,
            _ => throw new UnreachableException(),
        };
        return bound is { } number ? new Comparand.Ordered(number, read, holds) : null;
    }
}

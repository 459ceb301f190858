namespace FederatedIdentity.Domain.Policies;

/// <summary>One key of a statement's condition, with the operator and the values that it is tested against.</summary>
/// <remarks>
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
/// </remarks>
internal sealed class Condition(ConditionOperator operation, string key, IReadOnlyList<Comparand> comparands)
{
    private readonly Comparand[] _comparands = [.. comparands];

    /// <summary>
    /// Whether the request fulfils it. Where IAM's rules leave open what a request means, the answer is
    /// <paramref name="whenUnsure"/>: true in a statement that denies, false in one that allows.
    /// </summary>
    public bool Holds(PolicyRequest request, bool whenUnsure)
    {
        var values = request.Values(key);
        if (operation.Family == ConditionFamily.Null)
        {
            return Passes(values is [] ? "true" : "false", request, whenUnsure);
        }

        // What is unlike a value that nobody knows?
        if (operation.IsNegated && !(operation.IfExists && values is []) && !KnowsComparands(request))
        {
            return whenUnsure;
        }

        return operation.Set switch
        {
            // The guide says that a set without values has none that pass, and that a missing key passes IfExists.
            ConditionSet.ForAnyValue when IsEmpty(values) => operation.IfExists && values is [] && whenUnsure,
            ConditionSet.ForAnyValue => SomePass(values, request, whenUnsure),
            ConditionSet.ForAllValues => IsEmpty(values) || AllPass(values, request, whenUnsure),
            _ when values is [] => operation.IsNegated || operation.IfExists,

            // Several values where the operator expects one: an allow needs all of them to pass, and for a deny one is enough.
            _ => whenUnsure ? SomePass(values, request, whenUnsure) : AllPass(values, request, whenUnsure),
        };
    }

    /// <summary>Whether it lets only requests through whose <paramref name="wanted"/> is one of a few known values.</summary>
    public bool Narrows(string wanted) =>
        operation is { Family: ConditionFamily.String, IsNegated: false, IfExists: false, Set: not ConditionSet.ForAllValues }
        && key.Equals(wanted, StringComparison.OrdinalIgnoreCase)
        && Array.TrueForAll(_comparands, comparand => comparand.IsSpecific);

    // "An empty data set (for example, an empty string)", as the guide has it.
    private static bool IsEmpty(IReadOnlyList<string> values)
    {
        for (var index = 0; index < values.Count; index++)
        {
            if (values[index].Length > 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool KnowsComparands(PolicyRequest request) => Array.TrueForAll(_comparands, comparand => comparand.IsKnown(request));

    private bool SomePass(IReadOnlyList<string> values, PolicyRequest request, bool whenUnsure)
    {
        for (var index = 0; index < values.Count; index++)
        {
            if (Passes(values[index], request, whenUnsure))
            {
                return true;
            }
        }

        return false;
    }

    private bool AllPass(IReadOnlyList<string> values, PolicyRequest request, bool whenUnsure)
    {
        for (var index = 0; index < values.Count; index++)
        {
            if (!Passes(values[index], request, whenUnsure))
            {
                return false;
            }
        }

        return true;
    }

    // Several values in the policy are alternatives; a negated operator holds when none of them does.
    private bool Passes(string value, PolicyRequest request, bool whenUnsure)
    {
        var isUnsure = false;
        foreach (var comparand in _comparands)
        {
            if (comparand.Holds(value, request) is not { } holds)
            {
                isUnsure = true;
            }
            else if (holds)
            {
                return !operation.IsNegated;
            }
        }

        return isUnsure ? whenUnsure : operation.IsNegated;
    }
}

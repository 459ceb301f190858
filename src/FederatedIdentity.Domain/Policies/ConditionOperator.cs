namespace FederatedIdentity.Domain.Policies;

/// <summary>What kind of values an operator compares.</summary>
internal enum ConditionFamily
{
    String,
    Numeric,
    Date,
    Bool,
    Binary,
    IpAddress,
    Arn,
    Null,
}

/// <summary>How many of a request's values must pass.</summary>
internal enum ConditionSet
{
    /// <summary>Not said: the operator is meant for keys with one value.</summary>
    One,

    ForAnyValue,

    ForAllValues,
}

/// <summary>One operator of the condition element, with what was put before and behind its name.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html</remarks>
internal sealed record ConditionOperator(ConditionFamily Family, string Comparison, bool IsNegated)
{
    private static readonly string[] _likenesses =
        ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"];

    private static readonly string[] _orders =
        ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];

    private static readonly Dictionary<string, ConditionOperator> _byName = new(StringComparer.Ordinal)
    {
        ["Bool"] = new(ConditionFamily.Bool, "", false),
        ["BinaryEquals"] = new(ConditionFamily.Binary, "Equals", false),
        ["IpAddress"] = new(ConditionFamily.IpAddress, "", false),
        ["NotIpAddress"] = new(ConditionFamily.IpAddress, "", true),
        ["Null"] = new(ConditionFamily.Null, "", false),
    };

    static ConditionOperator()
    {
        Add(ConditionFamily.String, _likenesses);
        Add(ConditionFamily.Arn, _likenesses.Where(name => !name.EndsWith("IgnoreCase", StringComparison.Ordinal)));
        Add(ConditionFamily.Numeric, _orders);
        Add(ConditionFamily.Date, _orders);
    }

    public ConditionSet Set { get; private init; }

    /// <summary>Whether a request that lacks the key passes.</summary>
    public bool IfExists { get; private init; }

    /// <summary>Null for a name that IAM does not know; case matters.</summary>
    public static ConditionOperator? Parse(string name)
    {
        const string Any = "ForAnyValue:", All = "ForAllValues:", IfExists = "IfExists";
        var set = name.StartsWith(Any, StringComparison.Ordinal) ? ConditionSet.ForAnyValue
            : name.StartsWith(All, StringComparison.Ordinal) ? ConditionSet.ForAllValues
            : ConditionSet.One;
        var bare = set == ConditionSet.One ? name : name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var ifExists = bare.EndsWith(IfExists, StringComparison.Ordinal);
        bare = ifExists ? bare[..^IfExists.Length] : bare;
        return _byName.GetValueOrDefault(bare) switch
        {
            null => null,
            { Family: ConditionFamily.Null } when ifExists || set != ConditionSet.One => null,
            var known => known with { Set = set, IfExists = ifExists },
        };
    }

    private static void Add(ConditionFamily family, IEnumerable<string> comparisons)
    {
        foreach (var comparison in comparisons)
        {
            var isNegated = comparison.StartsWith("Not", StringComparison.Ordinal);
            _byName[$"{family}{comparison}"] = new ConditionOperator(family, comparison, isNegated);
        }
    }
}

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// A shape of the API model with the model's own name and limits. The value of a sensitive one may hold a secret or say who
/// somebody is, so it never comes back in an answer.
/// </summary>
internal abstract class Shape(string name)
{
    public string Name { get; } = name;

    public abstract bool Sensitive { get; }

    protected static string? Longest(int? max) => max is { } most ? $"Member must have length less than or equal to {most}" : null;

    protected static string? Shortest(int? min) => min is { } least ? $"Member must have length greater than or equal to {least}" : null;
}

/// <summary>Text: its length in UTF-16 units, and either a pattern that the whole value has to match or a closed set of values.</summary>
internal sealed class StringShape(
    string name,
    int? min = null,
    int? max = null,
    Pattern? pattern = null,
    string[]? values = null,
    bool sensitive = false) : Shape(name)
{
    private readonly string?[] _constraints =
    [
        Longest(max),
        Shortest(min),
        pattern is null ? null : $"Member must satisfy regular expression pattern: {pattern.Text}",
        values is null ? null : $"Member must satisfy enum value set: [{string.Join(", ", values)}]",
    ];

    public int? Min => min;

    public int? Max => max;

    public Pattern? Pattern => pattern;

    public IReadOnlyList<string>? Values => values;

    public override bool Sensitive => sensitive;

    /// <summary>What a list or map says of its elements: every constraint of the shape, the broken ones and the kept ones.</summary>
    public IEnumerable<string> Constraints => _constraints.OfType<string>();

    public bool Accepts(string value) =>
        FitsMax(value) && FitsMin(value) && FitsPattern(value) && FitsValues(value);

    public IEnumerable<string> BrokenBy(string value)
    {
        bool[] kept = [FitsMax(value), FitsMin(value), FitsPattern(value), FitsValues(value)];
        return _constraints.Where((_, index) => !kept[index]).OfType<string>();
    }

    private bool FitsMax(string value) => max is not { } most || value.Length <= most;

    private bool FitsMin(string value) => min is not { } least || value.Length >= least;

    private bool FitsPattern(string value) => pattern is null || pattern.Matches(value);

    private bool FitsValues(string value) => values is null || Array.IndexOf(values, value) >= 0;
}

/// <summary>A whole number between two limits, both allowed.</summary>
internal sealed class NumberShape(string name, long min, long max) : Shape(name)
{
    public long Min => min;

    public long Max => max;

    public override bool Sensitive => false;

    public string? BrokenBy(long value) =>
        value > max ? $"Member must have value less than or equal to {max}"
        : value < min ? $"Member must have value greater than or equal to {min}"
        : null;
}

/// <summary>Several texts or, when <paramref name="member"/> is null, several structures.</summary>
internal sealed class ListShape(string name, StringShape? member, int? min = null, int? max = null) : Shape(name)
{
    public StringShape? Member => member;

    public int? Min => min;

    public int? Max => max;

    public override bool Sensitive => member is null or { Sensitive: true };

    public string? BrokenBy(int count) => count > max ? Longest(max) : count < min ? Shortest(min) : null;
}

/// <summary>Texts by key or, when <paramref name="value"/> is null, structures by key.</summary>
internal sealed class MapShape(string name, StringShape key, StringShape? value, int? max = null) : Shape(name)
{
    public StringShape Key => key;

    public StringShape? Value => value;

    public int? Max => max;

    public override bool Sensitive => key.Sensitive || value is null or { Sensitive: true };

    public string? BrokenBy(int count) => count > max ? Longest(max) : null;
}

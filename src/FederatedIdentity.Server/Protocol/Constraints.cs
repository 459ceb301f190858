using System.Globalization;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Collects every broken constraint of an input and prints them in the one sentence that the service answers. An input that
/// breaks nothing costs no memory. Values of sensitive shapes are never repeated, long ones only in part.
/// </summary>
internal sealed class Constraints
{
    // A hostile body may break the model many thousand times; all are counted, these are printed.
    private const int MostPrinted = 32;
    private const string NotNull = "Member must not be null";

    private MemberPath _path;
    private List<string>? _broken;
    private int _count;

    /// <summary>The message of the refusal, or null when the input keeps the model.</summary>
    public string? Sentence => _broken is null
        ? null
        : $"{_count} validation {(_count == 1 ? "error" : "errors")} detected: {string.Join("; ", _broken)}";

    public Constraints Required(string member, object? value)
    {
        if (value is null)
        {
            Break(member, "Value null", NotNull);
        }

        return this;
    }

    public Constraints Required<T>(string member, T? value)
        where T : struct
    {
        if (value is null)
        {
            Break(member, "Value null", NotNull);
        }

        return this;
    }

    public Constraints String(string member, string? value, StringShape shape, bool required = false)
    {
        if (value is null)
        {
            return required ? Required(member, value) : this;
        }

        if (!shape.Accepts(value))
        {
            foreach (var constraint in shape.BrokenBy(value))
            {
                Break(member, shape.Sensitive ? "Value" : $"Value '{Echo.Of(value)}'", constraint);
            }
        }

        return this;
    }

    public Constraints Number(string member, long? value, NumberShape shape, bool required = false)
    {
        if (value is not { } number)
        {
            return required ? Required(member, value) : this;
        }

        if (shape.BrokenBy(number) is { } constraint)
        {
            Break(member, $"Value '{number.ToString(CultureInfo.InvariantCulture)}'", constraint);
        }

        return this;
    }

    public Constraints Structure(string member, IWireShape? value, bool required = false)
    {
        if (value is null)
        {
            return required ? Required(member, value) : this;
        }

        _path.Enter(member);
        value.Check(this);
        _path.Leave();
        return this;
    }

    /// <summary>A list of strings, or of structures when the shape has no scalar member.</summary>
    public Constraints List<T>(string member, IReadOnlyList<T>? values, ListShape shape, bool required = false)
        where T : class?
    {
        if (values is null)
        {
            return required ? Required(member, values) : this;
        }

        if (shape.BrokenBy(values.Count) is { } size)
        {
            Break(member, shape.Sensitive ? "Value" : $"Value '{Echo.Of(values)}'", size);
        }

        var kept = new ElementVerdict();
        for (var index = 0; index < values.Count; index++)
        {
            if (shape.Member is { } text)
            {
                kept.Add(values[index] as string, text);
            }
            else
            {
                Element(member, index, key: null, values[index]);
            }
        }

        if (kept.Broken)
        {
            var value = shape.Sensitive ? "Value" : $"Value '{Echo.Of(values)}'";
            Break(member, value, $"Member must satisfy constraint: {kept.Bracket(shape.Member!)}");
        }

        return this;
    }

    /// <summary>A map to strings, or to structures when the shape has no scalar value.</summary>
    public Constraints Map<T>(string member, Dictionary<string, T>? values, MapShape shape, bool required = false)
        where T : class?
    {
        if (values is null)
        {
            return required ? Required(member, values) : this;
        }

        if (shape.BrokenBy(values.Count) is { } size)
        {
            Break(member, shape.Sensitive ? "Value" : $"Value '{Echo.Of(values)}'", size);
        }

        var keys = new ElementVerdict();
        var elements = new ElementVerdict();
        foreach (var (key, element) in values)
        {
            keys.Add(key, shape.Key);
            if (shape.Value is { } text)
            {
                elements.Add(element as string, text);
            }
            else
            {
                Element(member, index: 0, key, element);
            }
        }

        if (keys.Broken)
        {
            var value = shape.Sensitive ? "Value" : $"Value '{Echo.Of(values)}'";
            Break(member, value, $"Map keys must satisfy constraint: {keys.Bracket(shape.Key)}");
        }

        if (elements.Broken)
        {
            var value = shape.Sensitive ? "Value" : $"Value '{Echo.Of(values)}'";
            Break(member, value, $"Map value must satisfy constraint: {elements.Bracket(shape.Value!)}");
        }

        return this;
    }

    private void Element(string member, int index, string? key, object? element)
    {
        _path.Enter(member, index, key);
        if (element is IWireShape structure)
        {
            structure.Check(this);
        }
        else
        {
            Break(member: null, "Value null", NotNull);
        }

        _path.Leave();
    }

    private void Break(string? member, string value, string constraint)
    {
        _broken ??= [];
        _count++;
        if (_broken.Count < MostPrinted)
        {
            _broken.Add($"{value} at '{_path.To(member)}' failed to satisfy constraint: {constraint}");
        }
    }
}

namespace FederatedIdentity.Server.Protocol;

/// <summary>Whether the elements of one list or map keep their shape, all together: the service reports them in one sentence.</summary>
internal struct ElementVerdict
{
    private bool _null;
    private bool _unfit;

    public readonly bool Broken => _null || _unfit;

    public void Add(string? element, StringShape shape)
    {
        _null |= element is null;
        _unfit |= element is not null && !shape.Accepts(element);
    }

    public readonly string Bracket(StringShape shape)
    {
        var constraints = _null ? shape.Constraints.Append("Member must not be null") : shape.Constraints;
        return $"[{string.Join(", ", constraints)}]";
    }
}

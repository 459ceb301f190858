namespace FederatedIdentity.Domain;

/// <summary>An identity pool's id, <c>&lt;region&gt;:&lt;lower-case UUID&gt;</c>; compared ordinally.</summary>
public readonly record struct PoolId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>An identity's id, <c>&lt;region&gt;:&lt;lower-case UUID&gt;</c>; unique over all pools, compared ordinally.</summary>
public readonly record struct IdentityId(string Value)
{
    public override string ToString() => Value;
}

namespace FederatedIdentity.Domain.Policies;

/// <summary>One value of a condition, made ready for comparison.</summary>
internal abstract class Comparand
{
    private Comparand() { }

    /// <summary>
    /// Whether the comparison, without its negation, holds for a value of the request. Null when that value cannot be read as what
    /// the operator compares, such as a word where a number is needed.
    /// </summary>
    public abstract bool? Holds(string value, PolicyRequest request);

    /// <summary>Whether it is known what to compare with, which only variables leave open.</summary>
    public virtual bool IsKnown(PolicyRequest request) => true;

    /// <summary>Whether few values can match, and always the same.</summary>
    public virtual bool IsSpecific => false;

    public sealed class Text(PolicyText text) : Comparand
    {
        public override bool IsSpecific => text.IsSpecific;

        public override bool? Holds(string value, PolicyRequest request) => text.Matches(value, request);

        public override bool IsKnown(PolicyRequest request) => text.IsKnown(request);
    }

    public sealed class Arn(ArnText arn) : Comparand
    {
        public override bool? Holds(string value, PolicyRequest request) => arn.Matches(value, request);

        public override bool IsKnown(PolicyRequest request) => arn.IsKnown(request);
    }

    /// <summary>A number or an instant; <paramref name="holds"/> is given how the request's value compares with it.</summary>
    public sealed class Ordered(decimal bound, Func<string, decimal?> read, Func<int, bool> holds) : Comparand
    {
        public override bool? Holds(string value, PolicyRequest request) =>
            read(value) is { } number ? holds(number.CompareTo(bound)) : null;
    }

    public sealed class Truth(bool expected) : Comparand
    {
        public override bool? Holds(string value, PolicyRequest request) =>
            ConditionValues.Truth(value) is { } truth ? truth == expected : null;
    }

    public sealed class Bytes(byte[] expected) : Comparand
    {
        public override bool? Holds(string value, PolicyRequest request) =>
            ConditionValues.Bytes(value) is { } bytes ? bytes.AsSpan().SequenceEqual(expected) : null;
    }

    public sealed class Network(AddressRange range) : Comparand
    {
        public override bool? Holds(string value, PolicyRequest request) =>
            AddressRange.Parse(value) is { IsSingle: true } address ? range.Contains(address) : null;
    }
}

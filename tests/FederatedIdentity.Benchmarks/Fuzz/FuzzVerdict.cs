namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>What became of one input.</summary>
internal abstract record FuzzVerdict
{
    private FuzzVerdict() { }

    /// <summary>Refused, as an altered input should be.</summary>
    public sealed record Refused : FuzzVerdict
    {
        public static readonly Refused Instance = new();
    }

    /// <summary>Let in, and rightly so: what it says, and who vouches for it, is to the byte what a genuine input says.</summary>
    public sealed record Same : FuzzVerdict
    {
        public static readonly Same Instance = new();
    }

    /// <summary>An alteration was let in.</summary>
    public sealed record Accepted(string Reason) : FuzzVerdict;

    /// <summary>An exception, a contradiction, a call to the network, or too much time.</summary>
    public sealed record Fault(string Reason) : FuzzVerdict;
}

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>
/// One parser or verifier under attack. Makes inputs that are almost genuine and says whether what became of one is right. Used by
/// several threads at once.
/// </summary>
internal interface IFuzzTarget
{
    string Name { get; }

    /// <summary>How many of a run's inputs this target gets, in proportion to the others'.</summary>
    int Weight { get; }

    /// <summary>What one needs beside an input to see again what happened: keys, and the genuine inputs.</summary>
    string Context { get; }

    /// <summary>Bytes that are no text travel as the characters U+0000 to U+00FF.</summary>
    string Next(Random random);

    FuzzVerdict Judge(string input);
}

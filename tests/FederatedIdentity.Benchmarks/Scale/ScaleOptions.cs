using System.Globalization;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>How much is filled in, into which layout, and how long is measured; the defaults are those of the published figures.</summary>
internal sealed record ScaleOptions
{
    public const string Usage =
        "[--identities n] [--logins n] [--partitions n] [--doomed n] [--rounds n] [--seconds n] [--connections n] [--fresh] [--fill-only]";

    public long Identities { get; init; } = 20_000_000;

    public long Logins { get; init; } = 30_000_000;

    /// <summary>0: plain tables.</summary>
    public int Partitions { get; init; }

    /// <summary>Identities of the pool that is deleted while others work; 0: none is.</summary>
    public long Doomed { get; init; } = 1_000_000;

    public int Rounds { get; init; } = 5;

    public int Seconds { get; init; } = 3;

    public int Connections { get; init; } = 16;

    /// <summary>Whether to fill anew what an earlier run has left.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether to leave the measuring to another run.</summary>
    public bool FillOnly { get; init; }

    /// <summary>Null when they cannot be understood.</summary>
    public static ScaleOptions? Parse(ReadOnlySpan<string> arguments) => Parse(new ScaleOptions(), arguments);

    private static ScaleOptions? Parse(ScaleOptions sofar, ReadOnlySpan<string> arguments) => arguments switch
    {
        [] => sofar.Identities >= 10_000 && sofar.Logins >= sofar.Identities / 2 && sofar.Logins <= 5 * sofar.Identities ? sofar : null,
        ["--fresh", .. var rest] => Parse(sofar with { Fresh = true }, rest),
        ["--fill-only", .. var rest] => Parse(sofar with { FillOnly = true }, rest),
        [var name, var text, .. var rest] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => name switch
        {
            "--identities" => Parse(sofar with { Identities = number }, rest),
            "--logins" => Parse(sofar with { Logins = number }, rest),
            "--partitions" => Parse(sofar with { Partitions = (int)number }, rest),
            "--doomed" => Parse(sofar with { Doomed = number }, rest),
            "--rounds" => Parse(sofar with { Rounds = (int)number }, rest),
            "--seconds" => Parse(sofar with { Seconds = (int)number }, rest),
            "--connections" => Parse(sofar with { Connections = (int)number }, rest),
            _ => null,
        },
        _ => null,
    };
}

using System.Globalization;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// How long and how hard is measured. Many short rounds by default: what is compared is then close together on a machine whose speed changes.
/// </summary>
internal sealed record LoadOptions(int Rounds, int Seconds, int Connections, string Only)
{
    public const string Usage = "[--rounds 15] [--seconds 1] [--connections 32] [--only word]";

    public static LoadOptions Default { get; } = new(Rounds: 15, Seconds: 1, Connections: 32, Only: "");

    /// <summary>Null for arguments that there are not.</summary>
    public static LoadOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = Default;
        for (; arguments.Length > 0; arguments = arguments[2..])
        {
            if (arguments.Length < 2 || With(options, arguments[0], arguments[1]) is not { } next)
            {
                return null;
            }

            options = next;
        }

        return options;
    }

    /// <summary>Whether the row of this name is to be measured.</summary>
    public bool Wants(string name) => name.Contains(Only, StringComparison.OrdinalIgnoreCase);

    private static LoadOptions? With(LoadOptions options, string name, string value) => name == "--only"
        ? options with { Only = value }
        : !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 600
            ? null
            : name switch
            {
                "--rounds" => options with { Rounds = number },
                "--seconds" => options with { Seconds = number },
                "--connections" => options with { Connections = number },
                _ => null,
            };
}

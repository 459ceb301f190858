using System.Text.Json;
using FederatedIdentity.Benchmarks.Load;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>Everything that a run has found.</summary>
internal sealed class ScaleResult(ScaleOptions options)
{
    public ScaleOptions Options => options;

    public IReadOnlyList<string> Settings { get; set; } = [];

    /// <summary>Seconds of each step of the fill, which an earlier run may have done.</summary>
    public Dictionary<string, double> Fill { get; set; } = [];

    public Dictionary<string, ScaleDisk> Disk { get; } = [];

    public List<ScaleRow> Rows { get; } = [];

    public Dictionary<string, List<Turn>> Turns { get; set; } = [];

    public Dictionary<string, string> Plans { get; set; } = [];

    /// <summary>Prints the table beside the last run's values, and keeps everything in a file; the status of the program.</summary>
    public int Tell(string file, JsonSerializerOptions format)
    {
        var last = File.Exists(file) ? JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty(nameof(Rows)) : default;
        Console.WriteLine();
        Console.WriteLine(string.Join(", ", Settings));
        Console.WriteLine();
        Console.WriteLine("| measured | value | target | met | remark | last run |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var row in Rows)
        {
            Console.WriteLine($"{row.Line}{Before(last, row.Name)}");
        }

        File.WriteAllText(file, JsonSerializer.Serialize(this, format));
        return Rows.Exists(row => row.IsMet == false) ? 1 : 0;
    }

    private static string Before(JsonElement last, string name)
    {
        if (last.ValueKind != JsonValueKind.Array)
        {
            return "  |";
        }

        var row = last.EnumerateArray().FirstOrDefault(row => row.GetProperty(nameof(ScaleRow.Name)).GetString() == name);
        return row.ValueKind == JsonValueKind.Object
            ? FormattableString.Invariant($" {row.GetProperty(nameof(ScaleRow.Value)).GetDouble():0.##} |")
            : "  |";
    }
}

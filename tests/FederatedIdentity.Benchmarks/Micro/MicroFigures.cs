using System.Text.Json;
using System.Text.Json.Serialization;

namespace FederatedIdentity.Benchmarks.Micro;

/// <summary>What one benchmark took, in nanoseconds, and allocated, in bytes; each of one call.</summary>
internal sealed record MicroFigure(double Min, double Median, double Max, long Bytes);

/// <summary>The figures of the last runs, in a file: what is not measured again stays as it was.</summary>
internal sealed class MicroFigures
{
    private readonly string _file;
    private readonly Dictionary<string, MicroFigure> _last;
    private readonly SortedDictionary<string, MicroFigure> _all;

    private MicroFigures(string file, Dictionary<string, MicroFigure> last) =>
        (_file, _last, _all) = (file, last, new(last, StringComparer.Ordinal));

    /// <summary>A file that is not there is one without figures.</summary>
    public static MicroFigures Load(string file) => new(
        file,
        File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), MicroJson.Default.DictionaryStringMicroFigure)! : []);

    /// <summary>Takes a figure, and returns what it was the last time.</summary>
    public MicroFigure? Replace(string name, MicroFigure figure)
    {
        _all[name] = figure;
        return _last.GetValueOrDefault(name);
    }

    public void Save() => File.WriteAllBytes(
        _file, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, MicroFigure>(_all), MicroJson.Default.DictionaryStringMicroFigure));
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, MicroFigure>))]
internal sealed partial class MicroJson : JsonSerializerContext;

namespace FederatedIdentity.Benchmarks.Fuzz;

/// <summary>An input that does what no input may do.</summary>
internal sealed record FuzzFinding(IFuzzTarget Target, string Input, FuzzVerdict Verdict)
{
    /// <summary>Writes all that is needed to see it again and returns the file.</summary>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{Target.Name.Replace(' ', '-')}-{Guid.NewGuid():n}.txt");

        // The input as a JSON string, because half of a surrogate pair has no place in a text file.
        var input = string.Concat(Input.Select(character => character is >= ' ' and <= '~' and not ('"' or '\\')
            ? character.ToString()
            : $"\\u{(int)character:x4}"));
        File.WriteAllText(file, $"{Verdict}\n\n\"{input}\"\n\n{Target.Context}\n");
        return file;
    }
}

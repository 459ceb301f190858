using System.Globalization;
using System.Text.RegularExpressions;
using FederatedIdentity.Server.Doctor;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>docs/configuration.md lists the settings there are, all of them and no other, with the defaults they have.</summary>
public sealed partial class ConfigurationDocsTests
{
    private static readonly (string Name, string Default)[] Rows = [.. ReadRows()];

    public static TheoryData<string> Settings => [.. KnownSettings.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_is_documented(string name) => Assert.Contains(name, Rows.Select(row => row.Name));

    [Fact]
    public void Every_row_is_about_a_setting_that_exists() => Assert.Empty(Rows.Select(row => row.Name)
        .Where(name => name.StartsWith("FederatedIdentity", StringComparison.Ordinal) || name.StartsWith("ConnectionStrings", StringComparison.Ordinal))
        .Except(KnownSettings.All.Select(setting => setting.Name)));

    [Fact]
    public void No_setting_has_two_rows() => Assert.Empty(Rows.GroupBy(row => row.Name).Where(rows => rows.Count() > 1).Select(rows => rows.Key));

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_default_is_the_one_documented(string name)
    {
        var setting = KnownSettings.All.First(one => one.Name == name);
        var documented = Rows.FirstOrDefault(row => row.Name == name).Default ?? "";
        if (setting.Default is { } value)
        {
            var code = Code().Match(documented);
            Assert.True(code.Success, $"The default of {name} is {value}; documented is: {documented}");
            Assert.Equal(value, Read(code.Groups[1].Value.Replace("\\|", "|", StringComparison.Ordinal), value.GetType()));
        }
        else
        {
            Assert.NotEqual("", documented);
        }
    }

    [Fact]
    public void Whatever_the_source_reads_by_its_name_is_a_known_setting()
    {
        var read = Sources().SelectMany(text => DirectName().Matches(text)).Select(match => match.Groups[1].Value).Distinct();

        Assert.Empty(read.Where(name => !KnownSettings.Contains(name)
            && !KnownSettings.All.Any(setting => setting.Name.StartsWith($"{name}:", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_variable_of_OpenTelemetry_that_the_source_reads_is_documented()
    {
        var read = Sources().SelectMany(text => TelemetryName().Matches(text)).Select(match => match.Groups[1].Value).Distinct();

        // Some are put together from a beginning and the name of a signal.
        Assert.Empty(read.Where(name => !Rows.Any(row =>
            name.EndsWith('_') ? row.Name.StartsWith(name, StringComparison.Ordinal) : row.Name == name)));
    }

    private static object Read(string text, Type type) =>
        type.IsEnum ? Enum.Parse(type, text)
        : type == typeof(TimeSpan) ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
        : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Path.Combine(Peer.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    /// <summary>Names as a configuration has them, with the placeholders of <see cref="KnownSetting"/>; the last cell is the default.</summary>
    private static IEnumerable<(string Name, string Default)> ReadRows()
    {
        foreach (var line in File.ReadLines(Path.Combine(Peer.RepositoryRoot, "docs", "configuration.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var cells = Cell().Split(line.Trim());
            var first = "";
            foreach (var variable in Code().Matches(cells[1]).Select(match => match.Groups[1].Value))
            {
                // A second variable of a row is written by its end alone.
                var whole = variable.StartsWith('_') ? first[..first.LastIndexOf(variable.StartsWith("__", StringComparison.Ordinal) ? "__" : "_", StringComparison.Ordinal)] + variable : variable;
                first = first is "" ? whole : first;
                yield return (NameOf(whole), cells[^2].Trim());
            }
        }
    }

    private static string NameOf(string variable) => string.Join(':', variable.Split("__").Select(part =>
        part.StartsWith('<') ? "*" : part.All(char.IsAsciiDigit) ? "#" : part));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Cell();

    [GeneratedRegex(@"""(FederatedIdentity(?::[A-Za-z]+)+)""")]
    private static partial Regex DirectName();

    [GeneratedRegex(@"""(OTEL_[A-Z_]+)""")]
    private static partial Regex TelemetryName();
}

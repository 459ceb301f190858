using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>The rules of the house that a compiler does not know.</summary>
public sealed partial class SourceRulesTests
{
    private const int LongestFile = 400;
    private const int LongestOperation = 250;

    private static readonly string Source = Path.Combine(Peer.RepositoryRoot, "src");

    private static readonly string[] ForbiddenSuffixes = ["Manager", "Helper", "Util", "Utils", "Processor", "Service", "Base", "Impl", "Data", "Info"];

    public static TheoryData<string, string[]> AllowedReferences => new()
    {
        { "Domain", [] },
        { "Jose", [] },
        { "Providers", ["Domain", "Jose"] },
        { "Storage", ["Domain"] },
        { "Server", ["Domain", "Jose", "Providers", "Storage"] },
    };

    [Theory]
    [MemberData(nameof(AllowedReferences))]
    public void A_project_refers_only_to_those_below_it(string project, string[] allowed)
    {
        var file = File.ReadAllText(Path.Combine(Source, $"FederatedIdentity.{project}", $"FederatedIdentity.{project}.csproj"));

        Assert.Equal(
            allowed.Order(StringComparer.Ordinal),
            ProjectReference().Matches(file).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Domain")]
    [InlineData("Jose")]
    public void Pure_projects_use_the_base_class_library_alone(string project)
    {
        var file = File.ReadAllText(Path.Combine(Source, $"FederatedIdentity.{project}", $"FederatedIdentity.{project}.csproj"));

        Assert.DoesNotContain("PackageReference", file, StringComparison.Ordinal);
        Assert.DoesNotContain("FrameworkReference", file, StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_is_too_long_to_read_at_one_sitting() =>
        Assert.Empty(Files().Where(file => File.ReadLines(file).Count() > LongestFile));

    [Fact]
    public void No_operation_hides_a_rule_that_belongs_to_the_domain() =>
        Assert.Empty(Files()
            .Where(file => Path.GetDirectoryName(file)!.EndsWith("Operations", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Count() > LongestOperation));

    [Fact]
    public void No_type_is_named_after_nothing_in_particular()
    {
        var names = Files().SelectMany(file => TypeName().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)
            .Except(ApiModel.Sts.Operations.Keys); // What AWS calls its actions is not ours to choose.

        Assert.Empty(names.Where(name => ForbiddenSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal))));
    }

    [Fact]
    public void Folders_are_namespaces() =>
        Assert.Empty(Files().Where(file =>
            Path.GetFileName(file) != "Program.cs"
            && NamespaceName().Match(File.ReadAllText(file)).Groups[1].Value is var name
            && name != ExpectedNamespace(file)));

    [Fact]
    public void Program_stays_an_overview() =>
        Assert.InRange(File.ReadLines(Path.Combine(Source, "FederatedIdentity.Server", "Program.cs")).Count(), 1, 80);

    // Shapes are the API's own vocabulary: they read as one namespace with the operations.
    private static string ExpectedNamespace(string file) =>
        Path.GetRelativePath(Source, Path.GetDirectoryName(file)!)
            .Replace(Path.DirectorySeparatorChar, '.')
            .Replace(".Operations.Shapes", ".Operations", StringComparison.Ordinal);

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"ProjectReference Include=""\.\./FederatedIdentity\.(\w+)/")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"^(?:public|internal|file)?\s*(?:static |sealed |abstract |readonly |partial )*(?:class|record struct|record|struct|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceName();
}

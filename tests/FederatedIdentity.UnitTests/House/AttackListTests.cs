using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>
/// Every row of the attack list has a test that begins with its number, as a method or as a row of a theory. J is about the structure of
/// tokens, K about keys, C about claims, P about providers and S about SAML.
/// </summary>
public sealed partial class AttackListTests
{
    private static readonly (char Part, int Rows)[] Parts = [('J', 37), ('K', 23), ('C', 21), ('P', 52), ('S', 25)];

    private static readonly string[] Rows =
        [.. Parts.SelectMany(part => Enumerable.Range(1, part.Rows).Select(row => $"{part.Part}{row:00}"))];

    private static readonly HashSet<string> Tested =
    [
        .. Directory.EnumerateFiles(Path.Combine(Peer.RepositoryRoot, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Name().Matches(File.ReadAllText(file)))
            .SelectMany(name => name.Groups[1].Value.Split('_', StringSplitOptions.RemoveEmptyEntries)),
    ];

    [Fact]
    public void Every_row_of_the_attack_list_has_its_test()
    {
        Assert.Equal(158, Rows.Length);
        Assert.Empty(Rows.Except(Tested));
    }

    [Fact]
    public void No_test_names_a_row_that_the_list_does_not_have() => Assert.Empty(Tested.Except(Rows));

    /// <summary>One or more numbers, at the beginning of a test method's name or of a text.</summary>
    [GeneratedRegex(@"(?:\bvoid |Task |"")((?:[JKCPS][0-9]{2}_)+)")]
    private static partial Regex Name();
}

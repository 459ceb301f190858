using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Coverage;

/// <summary>
/// The tests of this project leave nothing of the published API out: each member, enumeration value and error of each operation
/// went over HTTP at least once, and nothing went that is not published.
/// </summary>
[Collection(nameof(ApiCoverageTests))]
public sealed class ApiCoverageTests
{
    private const string WholeRun =
        "This test judges what the whole project's run exchanged with servers, and this run was a part of it: run it without a filter.";

    private static readonly Lazy<HashSet<string>> Shown = new(() => [.. Exchanges().SelectMany(ApiFacts.Shown)]);

    [Fact]
    public void Everything_published_was_exercised()
    {
        AssertWholeRun();
        var open = ApiFacts.Published().Except(Shown.Value).Where(fact => !IsExcused(fact)).ToArray();

        Assert.True(open.Length == 0, $"Not exercised: {string.Join("; ", open)}");
    }

    [Fact]
    public void Nothing_is_excused_that_was_exercised_or_is_not_published()
    {
        AssertWholeRun();
        string[] excused = [.. Unreachable.NotYet.Keys.Where(fact => fact[0] != '*'), .. Unreachable.ByDesign.Keys];

        Assert.Empty(excused.Intersect(Shown.Value));
        Assert.Empty(excused.Except(ApiFacts.Published()));
    }

    [Fact]
    public void No_operation_answered_an_error_that_is_not_its_own()
    {
        AssertWholeRun();
        var errors = Exchanges().Where(exchange => !exchange.Answer.Ok)
            .Where(exchange => !Unreachable.OfTheProtocol.Contains(exchange.Answer.Error))
            .Select(exchange => $"{exchange.Operation} error {exchange.Answer.Error}")
            .ToHashSet();

        Assert.Equal(
            Unreachable.Undeclared.Keys.Order(StringComparer.Ordinal),
            errors.Except(ApiFacts.Published()).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<WireExchange> Exchanges() =>
        WireClient.Exchanges.Where(exchange => ApiModel.Published.Operations.ContainsKey(exchange.Operation));

    private static void AssertWholeRun() => Assert.True(
        Exchanges().Where(exchange => exchange.Answer.Ok).Select(exchange => exchange.Operation).Distinct().Count()
            == ApiModel.Published.Operations.Count,
        WholeRun);

    private static bool IsExcused(string fact) =>
        Unreachable.NotYet.ContainsKey(fact) || Unreachable.ByDesign.ContainsKey(fact)
        || Unreachable.NotYet.ContainsKey($"*{fact[fact.IndexOf(' ', StringComparison.Ordinal)..]}");
}

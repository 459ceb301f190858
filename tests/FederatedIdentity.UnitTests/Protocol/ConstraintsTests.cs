using FederatedIdentity.Server.Protocol;

namespace FederatedIdentity.UnitTests.Protocol;

public sealed class ConstraintsTests
{
    private const string Id = "eu-west-1:01234567-89ab-cdef-0123-456789abcdef";

    private readonly Constraints _on = new();

    [Fact]
    public void Input_that_breaks_nothing_has_no_sentence_and_costs_no_memory()
    {
        var logins = new Dictionary<string, string> { ["graph.facebook.com"] = "token" };
        var ids = new[] { Id };
        Check();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Check();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Null(_on.Sentence);

        void Check() => _on.String("identityPoolId", Id, ModelShapes.IdentityPoolId, required: true)
            .String("accountId", null, ModelShapes.AccountId)
            .Number("maxResults", 60, ModelShapes.QueryLimit, required: true)
            .List("identityIdsToDelete", ids, ModelShapes.IdentityIdList, required: true)
            .Map("logins", logins, ModelShapes.LoginsMap);
    }

    [Fact]
    public void Pattern()
    {
        _on.String("identityPoolId", "us-west-2_abc", ModelShapes.IdentityPoolId, required: true);

        Assert.Equal(
            @"1 validation error detected: Value 'us-west-2_abc' at 'identityPoolId' failed to satisfy constraint: "
            + @"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
            _on.Sentence);
    }

    [Fact]
    public void Missing_required_members_of_every_kind()
    {
        _on.String("a", null, ModelShapes.IdentityId, required: true)
            .Number("b", null, ModelShapes.QueryLimit, required: true)
            .List<string>("c", null, ModelShapes.LoginsList, required: true)
            .Map<string>("d", null, ModelShapes.LoginsMap, required: true)
            .Structure("e", null, required: true)
            .Required("f", (bool?)null)
            .Required("g", (bool?)false);

        Assert.Equal(
            "6 validation errors detected: "
            + string.Join("; ", "abcdef".Select(name => $"Value null at '{name}' failed to satisfy constraint: Member must not be null")),
            _on.Sentence);
    }

    [Fact]
    public void One_value_may_break_several_constraints()
    {
        _on.String("identityId", "", ModelShapes.IdentityId);

        Assert.Equal(
            "2 validation errors detected: "
            + "Value '' at 'identityId' failed to satisfy constraint: Member must have length greater than or equal to 1; "
            + @"Value '' at 'identityId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
            _on.Sentence);
    }

    [Theory]
    [InlineData(61, "less than or equal to 60")]
    [InlineData(0, "greater than or equal to 1")]
    [InlineData(-5, "greater than or equal to 1")]
    public void Number_outside_its_limits(int value, string limit)
    {
        _on.Number("maxResults", value, ModelShapes.QueryLimit);

        Assert.Equal(
            $"1 validation error detected: Value '{value}' at 'maxResults' failed to satisfy constraint: Member must have value {limit}",
            _on.Sentence);
    }

    [Fact]
    public void Value_outside_a_closed_set()
    {
        _on.String("type", "token", ModelShapes.RoleMappingType);

        Assert.Equal(
            "1 validation error detected: Value 'token' at 'type' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [Token, Rules]",
            _on.Sentence);
    }

    [Fact]
    public void Long_value_comes_back_in_part()
    {
        _on.String("nextToken", new string(' ', 1 << 20), ModelShapes.PaginationKey);

        Assert.StartsWith($"2 validation errors detected: Value '{new string(' ', 256)}...' at 'nextToken' failed", _on.Sentence);
        Assert.InRange(_on.Sentence!.Length, 256, 1024);
    }

    [Fact]
    public void Long_value_is_not_cut_inside_a_character()
    {
        _on.String("claim", new string('a', 255) + "\U0001F600", ModelShapes.ClaimName);

        Assert.Contains($"Value '{new string('a', 255)}...' at 'claim'", _on.Sentence);
    }

    [Fact]
    public void Scalar_elements_share_one_sentence_with_all_constraints_of_their_shape()
    {
        _on.List("identityIdsToDelete", [Id, "x"], ModelShapes.IdentityIdList);

        Assert.Equal(
            $"1 validation error detected: Value '[{Id}, x]' at 'identityIdsToDelete' failed to satisfy constraint: "
            + "Member must satisfy constraint: [Member must have length less than or equal to 55, "
            + @"Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+]",
            _on.Sentence);
    }

    [Fact]
    public void Null_element_is_named_in_the_bracket()
    {
        _on.List("loginsToRemove", new string?[] { null }, ModelShapes.LoginsList);

        Assert.Equal(
            "1 validation error detected: Value '[null]' at 'loginsToRemove' failed to satisfy constraint: "
            + "Member must satisfy constraint: [Member must have length less than or equal to 128, "
            + "Member must have length greater than or equal to 1, Member must not be null]",
            _on.Sentence);
    }

    [Theory]
    [InlineData(0, "greater than or equal to 1")]
    [InlineData(61, "less than or equal to 60")]
    public void Size_of_a_list(int count, string limit)
    {
        _on.List("identityIdsToDelete", [.. Enumerable.Repeat(Id, count)], ModelShapes.IdentityIdList);

        Assert.StartsWith("1 validation error detected: Value '[", _on.Sentence);
        Assert.EndsWith($"]' at 'identityIdsToDelete' failed to satisfy constraint: Member must have length {limit}",
            _on.Sentence!.Replace("...'", "]'", StringComparison.Ordinal));
        Assert.InRange(_on.Sentence.Length, 0, 512);
    }

    [Fact]
    public void Keys_and_values_of_a_map()
    {
        _on.Map("roles", new Dictionary<string, string> { ["guest"] = "short" }, ModelShapes.RolesMap);

        Assert.Equal(
            "2 validation errors detected: Value '{guest=short}' at 'roles' failed to satisfy constraint: "
            + "Map keys must satisfy constraint: [Member must have length less than or equal to 128, "
            + "Member must have length greater than or equal to 1, "
            + "Member must satisfy regular expression pattern: (un)?authenticated]; "
            + "Value '{guest=short}' at 'roles' failed to satisfy constraint: Map value must satisfy constraint: "
            + "[Member must have length less than or equal to 2048, Member must have length greater than or equal to 20]",
            _on.Sentence);
    }

    [Fact]
    public void Tokens_user_identifiers_and_app_secrets_never_come_back()
    {
        const string Secret = "s3cret value";
        var map = new Dictionary<string, string> { [""] = Secret, ["a"] = new string('x', 50001), [Secret] = Secret };
        _on.Map("logins", map, ModelShapes.LoginsMap)
            .Map("supportedLoginProviders", map, ModelShapes.IdentityProviders)
            .String("developerUserIdentifier", Secret + new string('x', 1024), ModelShapes.DeveloperUserIdentifier)
            .String("token", Secret + new string('x', 50000), ModelShapes.IdentityProviderToken);

        Assert.StartsWith("6 validation errors detected: Value at 'logins' failed to satisfy constraint: Map keys", _on.Sentence);
        Assert.DoesNotContain("s3cret", _on.Sentence);
        Assert.DoesNotContain("xxx", _on.Sentence);
    }

    [Fact]
    public void Null_value_of_a_map()
    {
        _on.Map("logins", new Dictionary<string, string?> { ["a"] = null }, ModelShapes.LoginsMap);

        Assert.Equal(
            "1 validation error detected: Value at 'logins' failed to satisfy constraint: Map value must satisfy constraint: "
            + "[Member must have length less than or equal to 50000, Member must have length greater than or equal to 1, "
            + "Member must not be null]",
            _on.Sentence);
    }

    [Fact]
    public void Too_many_entries()
    {
        var logins = Enumerable.Range(0, 11).ToDictionary(number => $"p{number}", _ => "token");
        _on.Map("logins", logins, ModelShapes.LoginsMap);

        Assert.Equal(
            "1 validation error detected: Value at 'logins' failed to satisfy constraint: Member must have length less than or equal to 10",
            _on.Sentence);
    }

    [Fact]
    public void Structures_are_named_by_index_and_by_key()
    {
        var rules = new Rule?[] { new("claim"), new(""), null };
        _on.Map("roleMappings", new Dictionary<string, Mapping> { ["accounts.google.com"] = new(rules) }, ModelShapes.RoleMappingMap)
            .String("after", null, ModelShapes.ClaimName, required: true);

        const string Path = "roleMappings.accounts.google.com.member.rulesConfiguration.rules";
        Assert.Equal(
            "4 validation errors detected: "
            + $"Value '' at '{Path}.2.member.claim' failed to satisfy constraint: Member must have length greater than or equal to 1; "
            + $"Value '' at '{Path}.2.member.claim' failed to satisfy constraint: "
            + @"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; "
            + $"Value null at '{Path}.3.member' failed to satisfy constraint: Member must not be null; "
            + "Value null at 'after' failed to satisfy constraint: Member must not be null",
            _on.Sentence);
    }

    [Fact]
    public void Hostile_number_of_errors_is_counted_and_not_printed()
    {
        _on.List("cognitoIdentityProviders", new Rule?[100_000], ModelShapes.CognitoIdentityProviderList);

        Assert.StartsWith("100000 validation errors detected: ", _on.Sentence);
        Assert.InRange(_on.Sentence!.Length, 0, 8192);
    }

    private sealed record Rule(string? Claim) : IWireShape
    {
        public void Check(Constraints on) => on.String("claim", Claim, ModelShapes.ClaimName, required: true);
    }

    private sealed record Rules(Rule?[]? List) : IWireShape
    {
        public void Check(Constraints on) => on.List("rules", List, ModelShapes.MappingRulesList, required: true);
    }

    private sealed record Mapping(Rule?[]? List) : IWireShape
    {
        public void Check(Constraints on) => on.Structure("rulesConfiguration", new Rules(List), required: true);
    }
}

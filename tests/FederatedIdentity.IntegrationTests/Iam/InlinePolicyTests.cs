using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Iam.IamCalls;

namespace FederatedIdentity.IntegrationTests.Iam;

/// <summary>Inline policies, which roles and users have in the same way.</summary>
[Collection(nameof(WireTests))]
public sealed class InlinePolicyTests(ServerFixture server)
{
    [Theory]
    [InlineData("Role")]
    [InlineData("User")]
    public async Task A_policy_is_given_shown_replaced_and_taken_away(string kind)
    {
        using var iam = server.Iam();
        var owner = await OwnerAsync(iam, kind);
        var name = ("PolicyName", "p+=,.@-_");
        var spaced = Policy.Replace("\":", "\" :\r\n\t", StringComparison.Ordinal);

        await iam.OkAsync($"Put{kind}Policy", owner, name, ("PolicyDocument", Policy));
        await iam.OkAsync($"Put{kind}Policy", owner, name, ("PolicyDocument", spaced));
        await iam.OkAsync($"Put{kind}Policy", owner, ("PolicyName", "other"), ("PolicyDocument", Policy));

        var shown = await iam.OkAsync($"Get{kind}Policy", owner, name);
        Assert.Equal((owner.Item2, name.Item2), (shown.Value(owner.Item1), shown.Value("PolicyName")));
        Assert.Equal(Uri.EscapeDataString(spaced), shown.Value("PolicyDocument"));
        Assert.Matches("^[A-Za-z0-9_.~%-]+$", shown.Value("PolicyDocument"));
        var first = await iam.OkAsync($"List{kind}Policies", owner, ("MaxItems", "1"));
        var second = await iam.OkAsync($"List{kind}Policies", owner, ("Marker", first.Value("Marker")!));
        Assert.Equal(["other", name.Item2], [.. first.List("PolicyNames"), .. second.List("PolicyNames")]);
        await iam.RefusedAsync(409, "DeleteConflict", "Cannot delete entity, must delete policies first.", $"Delete{kind}", owner);

        await iam.OkAsync($"Delete{kind}Policy", owner, ("PolicyName", "other"));
        await iam.OkAsync($"Delete{kind}Policy", owner, name);
        foreach (var action in new[] { "Get", "Delete" })
        {
            await iam.RefusedAsync(
                404, "NoSuchEntity", $"The {kind.ToLowerInvariant()} policy with name {name.Item2} cannot be found.",
                $"{action}{kind}Policy", owner, name);
        }

        await iam.OkAsync($"Delete{kind}", owner);
    }

    [Theory]
    [InlineData("Role", 10240)]
    [InlineData("User", 2048)]
    public async Task All_policies_together_have_a_quota_that_white_space_does_not_count_for(string kind, int quota)
    {
        using var iam = server.Iam();
        var owner = await OwnerAsync(iam, kind);
        (string, string) Document(int length, string space = "")
        {
            var resource = $"\"arn:aws:x:::{new string('r', length - Policy.Length - 11)}\"";
            return ("PolicyDocument", Policy.Replace("\"*\"", resource, StringComparison.Ordinal) + space);
        }

        Assert.Equal(1000, Document(1000).Item2.Length);
        var message = $"Maximum policy size of {quota} bytes exceeded for {kind.ToLowerInvariant()} {owner.Item2}";

        await iam.OkAsync($"Put{kind}Policy", owner, ("PolicyName", "a"), Document(1000, new string(' ', 100_000)));
        await iam.OkAsync($"Put{kind}Policy", owner, ("PolicyName", "b"), Document(quota - 1000));
        await iam.OkAsync($"Put{kind}Policy", owner, ("PolicyName", "b"), Document(quota - 1000, "\n"));
        await iam.RefusedAsync(409, "LimitExceeded", message, $"Put{kind}Policy", owner, ("PolicyName", "b"), Document(quota - 999));
        await iam.RefusedAsync(409, "LimitExceeded", message, $"Put{kind}Policy", owner, ("PolicyName", "c"), ("PolicyDocument", Policy));
        var shown = await iam.OkAsync($"Get{kind}Policy", owner, ("PolicyName", "a"));
        Assert.Equal(101_000, Uri.UnescapeDataString(shown.Value("PolicyDocument")!).Length);
    }

    [Theory]
    [InlineData("Role")]
    [InlineData("User")]
    public async Task What_IAM_would_not_store_is_MalformedPolicyDocument(string kind)
    {
        using var iam = server.Iam();
        var owner = await OwnerAsync(iam, kind);
        foreach (var document in new[] { "x", "[]", Trust, Policy.Replace("Allow", "Permit", StringComparison.Ordinal) })
        {
            var answer = await iam.CallAsync($"Put{kind}Policy", owner, ("PolicyName", "p"), ("PolicyDocument", document));
            Assert.Equal((400, "MalformedPolicyDocument"), (answer.Status, answer.Error));
        }

        Assert.Empty((await iam.OkAsync($"List{kind}Policies", owner)).List("PolicyNames"));
    }

    /// <summary>However the two meet, there is never a policy without an owner, and nobody sees a 500.</summary>
    [Theory]
    [InlineData("Role")]
    [InlineData("User")]
    public async Task Deleting_the_owner_while_policies_are_given_ends_in_one_or_the_other(string kind)
    {
        using var iam = server.Iam();
        for (var round = 0; round < 10; round++)
        {
            var owner = await OwnerAsync(iam, kind);
            var giving = iam.CallAsync($"Put{kind}Policy", owner, ("PolicyName", "p"), ("PolicyDocument", Policy));
            var deleting = iam.CallAsync($"Delete{kind}", owner);

            var (given, deleted) = (await giving, await deleting);

            Assert.True(given.Ok != deleted.Ok, $"{given.Text} {deleted.Text}");
            Assert.Equal(given.Ok ? "DeleteConflict" : "NoSuchEntity", given.Ok ? deleted.Error : given.Error);
        }
    }

    private static async Task<(string, string)> OwnerAsync(QueryClient iam, string kind)
    {
        var name = NewName("owner");
        await (kind == "Role" ? iam.CreateRoleAsync(name) : iam.CreateUserAsync(name));
        return ($"{kind}Name", name);
    }
}

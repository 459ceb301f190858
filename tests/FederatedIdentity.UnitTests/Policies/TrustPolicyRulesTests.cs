using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>Which trust policies may not be stored although they are well written.</summary>
public sealed class TrustPolicyRulesTests
{
    private const string Aud = $"{Ask.Cognito}:aud";
    private const string Trusted = $"{{'Federated':'{Ask.Cognito}'}}";
    private const string WebIdentity = "'sts:AssumeRoleWithWebIdentity'";

    public static TheoryData<string, string, string, string, bool> Conditions => new()
    {
        { "pool named", Trusted, WebIdentity, $"'StringEquals':{{'{Aud}':'{Ask.Pool}'}}", true },
        { "pools named", Trusted, WebIdentity, $"'StringEquals':{{'{Aud}':['{Ask.Pool}','us-east-1:2']}}", true },
        { "key in other case", Trusted, WebIdentity, $"'StringEquals':{{'{Aud.ToUpperInvariant()}':'{Ask.Pool}'}}", true },
        { "any value named", Trusted, WebIdentity, $"'ForAnyValue:StringEquals':{{'{Aud}':'{Ask.Pool}'}}", true },
        { "region's pools", Trusted, WebIdentity, $"'StringLike':{{'{Aud}':'us-east-1:*'}}", true },
        { "no condition", Trusted, WebIdentity, "", false },
        { "another condition", Trusted, WebIdentity, $"'ForAnyValue:StringLike':{{'{Ask.Cognito}:amr':'authenticated'}}", false },
        { "stars alone", Trusted, WebIdentity, $"'StringLike':{{'{Aud}':'*'}}", false },
        { "wildcards alone", Trusted, WebIdentity, $"'StringLike':{{'{Aud}':'??*'}}", false },
        { "stars alone among others", Trusted, WebIdentity, $"'StringLike':{{'{Aud}':['{Ask.Pool}','*']}}", false },
        { "the claim itself", Trusted, WebIdentity, $"'StringEquals':{{'{Aud}':'${{{Aud}}}'}}", false },
        { "all but one pool", Trusted, WebIdentity, $"'StringNotEquals':{{'{Aud}':'{Ask.Pool}'}}", false },
        { "only if it exists", Trusted, WebIdentity, $"'StringEqualsIfExists':{{'{Aud}':'{Ask.Pool}'}}", false },
        { "all values, so also none", Trusted, WebIdentity, $"'ForAllValues:StringEquals':{{'{Aud}':'{Ask.Pool}'}}", false },
        { "that it exists", Trusted, WebIdentity, $"'Null':{{'{Aud}':'false'}}", false },
        { "another provider", "{'Federated':'accounts.google.com'}", WebIdentity, "", true },
        { "among other providers", $"{{'Federated':['accounts.google.com','{Ask.Cognito}']}}", WebIdentity, "", false },
        { "everyone", "'*'", WebIdentity, "", false },
        { "everyone, by a pattern", "{'AWS':'*'}", "'sts:*'", "", false },
        { "everyone, but no web identities", "{'AWS':'*'}", "'sts:AssumeRole'", "", true },
        { "an account", $"{{'AWS':'{Ask.Account}'}}", "'sts:AssumeRole'", "", true },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Whoever_trusts_Cognito_names_the_pools(string name, string principal, string action, string condition, bool accepted)
    {
        var fault = TrustPolicyRules.Objection(Statements("Allow", principal, action, condition));

        Assert.Equal((name, accepted), (name, fault is null));
        Assert.Equal(
            accepted ? null : new PolicyFault("A condition block must be present for the Cognito provider", "Statement[0].Condition"),
            fault);
    }

    [Fact]
    public void A_deny_needs_no_pool() => Assert.Null(TrustPolicyRules.Objection(Statements("Deny", Trusted, WebIdentity, "")));

    private static PolicyDocument Statements(string effect, string principal, string action, string condition) => Ask.Policy(
        "{'Version':'2012-10-17','Statement':["
        + $"{{'Effect':'{effect}','Principal':{principal},'Action':{action},'Condition':{{{condition}}}}}]}}",
        PolicyKind.Trust);
}

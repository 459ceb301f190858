using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>Whether a statement applies to a request. Each row that says so is tried as an allow and as a deny.</summary>
public enum Applies
{
    Yes,
    No,

    /// <summary>The rules leave it open: an allow does not apply, a deny does.</summary>
    OnlyAsDeny,
}

/// <summary>Holds a statement against a request in both of its effects.</summary>
internal static class StatementCheck
{
    private const string Everything = "{'Effect':'Allow','Action':'*','Resource':'*'}";

    /// <summary><paramref name="members"/> are those of an identity policy's statement, without its effect.</summary>
    public static void Check(string members, PolicyRequest request, Applies expected, string version = "2012-10-17")
    {
        var allow = Ask.Policy($"{{'Version':'{version}','Statement':{{'Sid':'S','Effect':'Allow',{members}}}}}");
        var deny = Ask.Policy($"{{'Version':'{version}','Statement':[{Everything},{{'Sid':'S','Effect':'Deny',{members}}}]}}");

        Assert.Equal(
            expected == Applies.Yes ? "Allow:S" : "ImplicitDeny",
            Ask.Name(PolicyEvaluator.Decide([allow], request)));
        Assert.Equal(
            expected == Applies.No ? "Allow" : "ExplicitDeny:S",
            Ask.Name(PolicyEvaluator.Decide([deny], request)));
    }
}

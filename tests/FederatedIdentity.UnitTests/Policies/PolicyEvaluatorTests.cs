using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>How statements, policies and layers come to one decision.</summary>
public sealed class PolicyEvaluatorTests
{
    private static readonly PolicyDocument AllowsAll = Statement("'Sid':'All','Effect':'Allow','Action':'*','Resource':'*'");
    private static readonly PolicyDocument AllowsReading = Statement("'Sid':'Read','Effect':'Allow','Action':'s3:Get*','Resource':'*'");
    private static readonly PolicyDocument DeniesWriting = Statement("'Sid':'Write','Effect':'Deny','Action':'s3:Put*','Resource':'*'");

    private static readonly PolicyRequest Read = Ask.For("s3:GetObject", "arn:aws:s3:::b/k");
    private static readonly PolicyRequest Write = Ask.For("s3:PutObject", "arn:aws:s3:::b/k");

    [Fact]
    public void What_nobody_allows_is_denied()
    {
        Assert.Equal("ImplicitDeny", Ask.Name(PolicyEvaluator.Decide([], Read)));
        Assert.Equal("ImplicitDeny", Ask.Name(PolicyEvaluator.Decide([DeniesWriting], Read)));
        Assert.Equal("ImplicitDeny", Ask.Name(PolicyEvaluator.Decide([AllowsReading], Write)));
    }

    [Fact]
    public void A_deny_wins_wherever_it_stands()
    {
        Assert.Equal("ExplicitDeny:Write", Ask.Name(PolicyEvaluator.Decide([AllowsAll, DeniesWriting], Write)));
        Assert.Equal("ExplicitDeny:Write", Ask.Name(PolicyEvaluator.Decide([DeniesWriting, AllowsAll], Write)));
        Assert.Equal("Allow:All", Ask.Name(PolicyEvaluator.Decide([DeniesWriting, AllowsAll], Read)));
    }

    [Fact]
    public void Layers_allow_only_what_all_of_them_allow()
    {
        Assert.True(PolicyEvaluator.DecideAll(Read, [AllowsAll], [AllowsReading]).IsAllowed);
        Assert.Equal("ImplicitDeny", Ask.Name(PolicyEvaluator.DecideAll(Write, [AllowsAll], [AllowsReading])));
        Assert.Equal("ImplicitDeny", Ask.Name(PolicyEvaluator.DecideAll(Write, [AllowsReading], [AllowsAll])));
        Assert.Equal("ExplicitDeny:Write", Ask.Name(PolicyEvaluator.DecideAll(Write, [AllowsReading], [DeniesWriting])));
        Assert.Equal("ExplicitDeny:Write", Ask.Name(PolicyEvaluator.DecideAll(Write, [DeniesWriting], [AllowsAll])));
    }

    [Fact]
    public void A_layer_without_policies_allows_nothing_and_neither_do_no_layers()
    {
        Assert.Equal("ImplicitDeny", Ask.Name(PolicyEvaluator.DecideAll(Read, [AllowsAll], [])));
        Assert.Equal("ImplicitDeny", Ask.Name(PolicyEvaluator.DecideAll(Read)));
    }

    [Theory]
    [InlineData("arn:aws:s3:::a/1 arn:aws:s3:::a/2", "Allow")]
    [InlineData("arn:aws:s3:::a/1 arn:aws:s3:::b/2", "ImplicitDeny")]
    [InlineData("arn:aws:s3:::b/1 arn:aws:s3:::a/2", "ImplicitDeny")]
    [InlineData("arn:aws:s3:::a/1 arn:aws:s3:::secret/2", "ExplicitDeny")]
    [InlineData("arn:aws:s3:::b/1 arn:aws:s3:::secret/2", "ExplicitDeny")]
    [InlineData("arn:aws:s3:::secret/1 arn:aws:s3:::a/2", "ExplicitDeny")]
    public void A_request_for_several_resources_needs_every_one_of_them(string resources, string expected)
    {
        var policy = Ask.Policy(
            """
            {'Version':'2012-10-17','Statement':[
              {'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::a/*'},
              {'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::secret/*'}]}
            """);

        Assert.Equal(expected, Ask.Name(PolicyEvaluator.Decide([policy], Ask.For("s3:GetObject", resources))));
    }

    [Fact]
    public void A_request_for_no_resource_at_all_is_never_allowed() =>
        Assert.False(PolicyEvaluator.Decide([AllowsAll], new PolicyRequest("s3:GetObject", [], PolicyPrincipal.Anonymous, [])).IsAllowed);

    [Fact]
    public void Keys_that_differ_in_case_alone_are_one_key_with_all_values()
    {
        var request = Ask.For("a:B", context: "aws:TagKeys=one; AWS:tagkeys=two");

        Assert.Equal(["one", "two"], request.Values("aws:tagKeys"));
    }

    private static PolicyDocument Statement(string members) =>
        Ask.Policy($"{{'Version':'2012-10-17','Statement':{{{members}}}}}");
}

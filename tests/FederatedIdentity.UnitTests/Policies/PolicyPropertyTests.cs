using FederatedIdentity.Domain.Policies;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>What holds for all policies and requests.</summary>
public sealed class PolicyPropertyTests
{
    private static readonly Arbitrary<int> Seeds = Arb.From(Gen.Choose(0, int.MaxValue - 1));
    private static readonly string[] Actions = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage", "iam:GetRole"];
    private static readonly string[] ActionPatterns = ["*", "s3:*", "s3:Get*", "*:*Object", "iam:GetRole", "sqs:?end*"];
    private static readonly string[] Resources = ["*", "arn:aws:s3:::b/alice/1", "arn:aws:s3:::b/*", "arn:aws:sqs:us-east-1:1:q"];

    private static readonly string[] ResourcePatterns =
        ["*", "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::*", "arn:aws:sqs", "arn:aws:s3:::b/${k:none}"];

    private static readonly string[] Conditions =
    [
        "", "'StringEquals':{'aws:username':'alice'}", "'StringNotEquals':{'aws:username':'${k:a}'}", "'Null':{'k:a':'true'}",
        "'ForAnyValue:StringLike':{'k:a':'x*'}", "'ForAllValues:NumericLessThan':{'k:n':'10'}",
        "'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}",
        "'DateLessThanIfExists':{'k:t':'2026-01-01'}",
        "'ArnLike':{'k:arn':'arn:aws:*:*:*:*'}",
        "'Bool':{'k:b':'true'},'StringLike':{'k:a':'*'}",
    ];

    private static readonly string[] Contexts =
    [
        "", "aws:username=alice", "aws:username=*; k:a=*", "k:a=x|y; k:n=1|2", "k:n=ten; aws:SourceIp=10.1.1.1",
        "aws:SourceIp=::1; k:t=2025",
        "k:a; k:b=true; k:arn=arn:aws:s3:::b", "k:arn=nonsense; k:a=alice; aws:username=alice",
    ];

    [Fact]
    public void The_order_of_statements_and_of_policies_does_not_change_the_outcome() => ForAll((random, statements, request) =>
    {
        var expected = Decide(request, [Document(statements)]).GetType();
        random.Shuffle(statements);
        Assert.Equal(expected, Decide(request, [Document(statements)]).GetType());
        Assert.Equal(expected, Decide(request, [.. statements.Select(statement => Document([statement]))]).GetType());
    });

    [Fact]
    public void One_more_deny_never_allows_more() => ForAll((random, statements, request) =>
    {
        var before = Decide(request, [Document(statements)]);
        var after = Decide(request, [Document([.. statements, Statement(random, "Deny")])]);
        Assert.True(before.IsAllowed || !after.IsAllowed);
        Assert.True(before is not PolicyDecision.ExplicitDeny || after is PolicyDecision.ExplicitDeny);
    });

    [Fact]
    public void One_more_allow_denies_nothing_and_lifts_no_deny() => ForAll((random, statements, request) =>
    {
        var before = Decide(request, [Document(statements)]);
        var after = Decide(request, [Document([.. statements, Statement(random, "Allow")])]);
        Assert.True(!before.IsAllowed || after.IsAllowed);
        Assert.Equal(before is PolicyDecision.ExplicitDeny, after is PolicyDecision.ExplicitDeny);
    });

    [Fact]
    public void Where_an_allow_applies_the_same_words_as_a_deny_apply_too() => ForAll((random, _, request) =>
    {
        var seed = random.Next();
        var allow = Decide(request, [Document([Statement(new Random(seed), "Allow")])]);
        var deny = Decide(request, [Document([Statement(new Random(seed), "Deny")])]);
        Assert.True(!allow.IsAllowed || deny is PolicyDecision.ExplicitDeny);
    });

    [Fact]
    public void One_more_layer_never_allows_more() => ForAll((random, statements, request) =>
    {
        var policy = Document(statements);
        var boundary = Document([Statement(random, "Allow"), Statement(random, "Deny")]);
        var both = PolicyEvaluator.DecideAll(request, [policy], [boundary]);
        Assert.Equal(Decide(request, [policy]).IsAllowed && Decide(request, [boundary]).IsAllowed, both.IsAllowed);
    });

    [Fact]
    public void Every_outcome_is_among_those_that_the_properties_were_tried_with()
    {
        var outcomes = new HashSet<Type>();
        ForAll((_, statements, request) => outcomes.Add(Decide(request, [Document(statements)]).GetType()));

        Assert.Equal(3, outcomes.Count);
    }

    private static void ForAll(Action<Random, string[], PolicyRequest> check) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            string[] statements = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Statement(random, Effect(random)))];
            var resources = string.Join(' ', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Any(random, Resources)));
            check(random, statements, Ask.For(Any(random, Actions), resources, Any(random, Contexts)));
        }));

    private static PolicyDecision Decide(PolicyRequest request, IReadOnlyList<PolicyDocument> policies) =>
        PolicyEvaluator.Decide(policies, request);

    private static PolicyDocument Document(IEnumerable<string> statements) =>
        Ask.Policy($"{{'Version':'2012-10-17','Statement':[{string.Join(',', statements)}]}}");

    private static string Statement(Random random, string effect)
    {
        var action = $"'{(random.Next(5) == 0 ? "NotAction" : "Action")}':'{Any(random, ActionPatterns)}'";
        var resource = $"'{(random.Next(5) == 0 ? "NotResource" : "Resource")}':'{Any(random, ResourcePatterns)}'";
        return $"{{'Effect':'{effect}',{action},{resource},'Condition':{{{Any(random, Conditions)}}}}}";
    }

    private static string Effect(Random random) => random.Next(4) == 0 ? "Deny" : "Allow";

    private static string Any(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
